//! Wrong on purpose (B27): a number that is too small for what it counts.
//!
//! Python's `Value('i')` at 2147483647 becomes -2147483648 without a word. In Rust the name of
//! the call says what is to happen at the end of the numbers.

use std::process::ExitCode;

use common::{Lesson, StoryResult, say};
use ipc_shared::Value;

fn main() -> ExitCode {
    let about = "wrong on purpose: a 32-bit number wraps; what else could be asked for (1.4, B27)";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let number = Value::new(i32::MAX)?;
    say!("Number:{}", number.get()?);
    say!("checked_add(1):    {:?}", number.get()?.checked_add(1));
    say!("saturating_add(1): {}", number.get()?.saturating_add(1));
    number.update(|number| *number = number.wrapping_add(1))?;
    say!("wrapping_add(1):   {}, as Python does", number.get()?);
    Ok(())
}
