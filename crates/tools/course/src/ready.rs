//! The exercises of one grading: each is prepared once, when it is first needed.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::checkout::{Assigned, Course};
use crate::failed::Failed;
use crate::kit::Kit;

/// An exercise that is prepared when it is needed.
pub(crate) struct Ready<'a> {
    pub(crate) assigned: &'a Assigned,
    kit: OnceLock<Kit>,
    /// Why it could not be prepared. Locked while it is.
    failed: Mutex<Option<Failed>>,
}

/// Only one exercise is built at a time: another build could read its half-written results.
static BUILDS: Mutex<()> = Mutex::new(());

impl<'a> Ready<'a> {
    /// Returns each of these exercises once, in this order.
    pub(crate) fn all(exercises: impl Iterator<Item = &'a Assigned>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for assigned in exercises {
            if all.iter().all(|one| one.assigned.id() != assigned.id()) {
                let (kit, failed) = (OnceLock::new(), Mutex::default());
                all.push(Self {
                    assigned,
                    kit,
                    failed,
                });
            }
        }
        all
    }

    /// Returns the kit, which is made by the first call; other calls wait for it. If it cannot be made,
    /// it is not tried again for each submission.
    pub(crate) fn kit(&self, course: &Course) -> Result<&Kit, Failed> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match (self.kit.get(), &*failed) {
            (Some(kit), _) => Ok(kit),
            (None, Some(why)) => Err(why.clone()),
            (None, None) => {
                let _one = BUILDS.lock().unwrap_or_else(PoisonError::into_inner);
                let made = Kit::ready(course, self.assigned);
                let kit = made.inspect_err(|why| *failed = Some(why.clone()))?;
                Ok(self.kit.get_or_init(|| kit))
            }
        }
    }

    /// Lets the next call of [`kit`](Self::kit) try once more what has failed.
    pub(crate) fn try_again(&self) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
