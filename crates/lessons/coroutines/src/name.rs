//! What a task is called.

use std::fmt;
use std::rc::Rc;

/// A task's name: the one that its spawner gave, or the number of its item in a pool, which is
/// written out only when it is read. A million tasks of a `map` need no million strings.
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
