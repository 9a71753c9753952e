//! The exercises that are graded in one go: each is made ready once, when it is first needed.

use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use crate::failed::Failed;
use crate::kit::Kit;
use crate::place::{Assigned, Course};

/// An exercise that is made ready when it is needed.
pub(crate) struct Ready<'a> {
    pub(crate) assigned: &'a Assigned,
    kit: OnceLock<Result<Kit, Failed>>,
}

/// What is built for one exercise would be read half written for another one.
static BUILDS: Mutex<()> = Mutex::new(());

impl<'a> Ready<'a> {
    /// Each of these exercises once, in this order.
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

    /// What was made ready, now or before; waits while it is made. A grading that has to be `alone`
    /// waits for it, too.
    pub(crate) fn kit(&self, course: &Course, alone: &RwLock<()>) -> Result<&Kit, Failed> {
        let make = || {
            let _one = BUILDS.lock().unwrap_or_else(PoisonError::into_inner);
            let _beside_others = alone.read().unwrap_or_else(PoisonError::into_inner);
            Kit::ready(course, self.assigned)
        };
        self.kit.get_or_init(make).as_ref().map_err(Failed::clone)
    }
}
