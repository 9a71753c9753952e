//! The exercises of one grading: each is prepared once, when it is first needed.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::checkout::{Assigned, Course};
use crate::failed::Failed;
use crate::kit::Kit;

/// An exercise that is prepared when it is needed.
pub(crate) struct Ready<'a> {
    pub(crate) assigned: &'a Assigned,
    kit: OnceLock<Result<Kit, Failed>>,
}

/// Only one exercise is built at a time: another build could read its half-written results.
static BUILDS: Mutex<()> = Mutex::new(());

impl<'a> Ready<'a> {
    /// Returns each of these exercises once, in this order.
    pub(crate) fn all(exercises: impl Iterator<Item = &'a Assigned>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for assigned in exercises {
            if all.iter().all(|one| one.assigned.id() != assigned.id()) {
                let kit = OnceLock::new();
                all.push(Self { assigned, kit });
            }
        }
        all
    }

    /// Returns the kit, which is made by the first call; other calls wait for it.
    pub(crate) fn kit(&self, course: &Course) -> Result<&Kit, Failed> {
        let make = || {
            let _one = BUILDS.lock().unwrap_or_else(PoisonError::into_inner);
            Kit::ready(course, self.assigned)
        };
        self.kit.get_or_init(make).as_ref().map_err(Failed::clone)
    }
}
