// fail at error: a new iterator clears the mark of an older one, which then goes on after its error.
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The receivers, by their addresses, whose last iterator is over.
static OVER: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

fn with_marks(act: impl FnOnce(&mut BTreeSet<usize>) -> bool) -> bool {
    act(&mut OVER.lock().unwrap_or_else(PoisonError::into_inner))
}

impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mine = std::ptr::from_ref(self).addr();
        with_marks(|marks| marks.remove(&mine));
        iter::from_fn(move || {
            if with_marks(|marks| marks.contains(&mine)) {
                return None;
            }
            let item = self.recv();
            if item.is_err() {
                with_marks(|marks| marks.insert(mine));
            }
            match item {
                Err(RecvError::Disconnected) => None,
                item => Some(item),
            }
        })
    }
}
