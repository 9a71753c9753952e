//! The names of the kinds of tasks.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The cost of a kind beside its name.
const KIND_BYTES: usize = 64;

/// Each name, shared by its tasks, with their number. It is removed with the last of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Kinds(BTreeMap<Box<str>, (Arc<str>, u64)>);

impl Kinds {
    /// Adds a task of this kind. Returns the shared name, and the cost of adding it.
    pub(super) fn add(&mut self, name: String) -> (Arc<str>, usize) {
        if let Some((kind, count)) = self.0.get_mut(&*name) {
            *count += 1;
            return (Arc::clone(kind), 0);
        }
        let kind: Arc<str> = name.as_str().into();
        let cost = KIND_BYTES + kind.len();
        self.0.insert(name.into(), (Arc::clone(&kind), 1));
        (kind, cost)
    }

    /// Removes a task of this kind. Returns the cost that this saves.
    pub(super) fn remove(&mut self, kind: &str) -> usize {
        let Some((_, count)) = self.0.get_mut(kind) else {
            return 0;
        };
        *count -= 1;
        if *count > 0 {
            return 0;
        }
        self.0.remove(kind);
        KIND_BYTES + kind.len()
    }
}
