// right: all three use `update`, which maps the guard.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        self.update(|place| {
            *place = value;
        })
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        self.lock().map(|mut held| change(&mut held))
    }
}
