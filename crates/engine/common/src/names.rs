//! Names for things that were given none.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

static MADE: LazyLock<Mutex<HashMap<&'static str, u32>>> = LazyLock::new(Mutex::default);

/// A name for the next thing of its kind in this process: `pipe`, `pipe 2`, `pipe 3`. The
/// timeline tells things apart by their names.
#[must_use]
pub fn next_name(kind: &'static str) -> String {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let number = made.entry(kind).or_default();
    *number += 1;
    match *number {
        1 => kind.to_owned(),
        number => format!("{kind} {number}"),
    }
}
