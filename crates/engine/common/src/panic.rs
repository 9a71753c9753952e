//! The text of a panic.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The text of a panic that was caught, or that `join` returned.
#[must_use]
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    // `panic!("text")` carries a &str, `panic!("{number}")` a String, `panic_any` anything.
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".to_owned())
}

/// Drops a value. If its destructor panics, that panic ends here; it is on standard error.
pub fn drop_fenced<T>(value: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        let _reported_there = end_of_panic(panic);
    }
}

/// Ends a panic: returns its text and drops its payload. If the payload's destructor panics, too,
/// that panic is caught as well.
#[must_use]
pub fn end_of_panic(panic: Box<dyn Any + Send>) -> String {
    let text = panic_text(&*panic);
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        mem::forget(another); // and so on
    }
    text
}
