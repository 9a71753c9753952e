// fail at again: all iterators share one mark of the end.
use std::sync::atomic::{AtomicBool, Ordering};
static OVER: AtomicBool = AtomicBool::new(false);
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        OVER.store(false, Ordering::SeqCst);
        iter::from_fn(move || {
            if OVER.load(Ordering::SeqCst) { return None; }
            match self.recv() {
                Err(RecvError::Disconnected) => { OVER.store(true, Ordering::SeqCst); None }
                Ok(item) => Some(Ok(item)),
                Err(error) => { OVER.store(true, Ordering::SeqCst); Some(Err(error)) }
            }
        })
    }
}
