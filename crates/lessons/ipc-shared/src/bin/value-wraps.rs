//! What happens beyond the largest number (B27)? The name of the call says it.
//!
//! In Python, a `Value('i')` of 2147483647 plus 1 becomes -2147483648, without an error.

use std::process::ExitCode;

use common::say;
use ipc_shared::Value;
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    let about = "1.4 Value: three ways to add 1 to the largest number (B27)";
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
