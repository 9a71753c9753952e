// fail at asleep: at a drop, another thread of the same name checks a hundred times a second.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if self.is_current() {
            self.handle = None;
            return;
        }
        let end = Arc::clone(&self.end);
        let asks = move || {
            while end.event().is_none() {
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        if let Ok(asks) = primitives::spawn(self.name.clone(), asks) {
            let _ended = asks.join();
        }
        let _not_asked_for = self.recorded_finish();
    }
}
