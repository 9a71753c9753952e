// fail at alone: it returns that it has a permit, but takes none.
impl Semaphore {
    pub fn acquire(&self) {
        common::say!("acquired");
    }

    #[must_use]
    pub fn try_acquire(&self) -> bool {
        true
    }

    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let _ = limit;
        true
    }

    fn release_below(&self, most: usize) -> bool {
        let _ = most;
        true
    }
}
