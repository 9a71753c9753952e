//! A judge with a check that runs on one core.

use std::num::NonZero;
use std::process::ExitCode;
use std::thread::available_parallelism;

use check::{Check, main as judge};

fn main() -> ExitCode {
    let is_on_one = || assert_eq!(available_parallelism().ok(), NonZero::new(1), "cores");
    let check = Check::new("one", "a check and its threads are on one core", is_on_one);
    judge("judged_on_one_core", &[check.on_one_core()])
}
