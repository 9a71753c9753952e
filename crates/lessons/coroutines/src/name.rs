//! The names of tasks.

use std::fmt;
use std::rc::Rc;

/// A task's name: from its spawner, or the number of its item in a pool, which becomes text only
/// when it is read. So a `map` of a million tasks does not need a million strings.
#[derive(Debug)]
pub(crate) enum Name {
    Given(Rc<str>),
    Item(usize),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(name) => f.write_str(name),
            Self::Item(number) => write!(f, "item {number}"),
        }
    }
}
