//! What a panic said.

use std::any::Any;

/// The text of a panic that was caught, or that `join` gave.
#[must_use]
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    // `panic!("text")` carries a &str, `panic!("{number}")` a String, `panic_any` anything.
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".to_owned())
}
