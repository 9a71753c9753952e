//! A cluster with its own kinds of tasks: `cargo run -p cluster --example own-kinds -- --help`.
//! Scheduler, workers and clients are all this program.

use std::process::ExitCode;

use cluster::Kinds;

fn main() -> ExitCode {
    let kinds = Kinds::new()
        .with("cube", "NUMBER...: the cube of each", cube)
        .with("reverse", "TEXT...: each from its end", reverse);
    cluster::main(kinds)
}

fn cube(number: i64) -> Result<i64, String> {
    number
        .checked_pow(3)
        .ok_or(format!("the cube of {number} is above 64 bits"))
}

fn reverse(text: String) -> Result<String, String> {
    Ok(text.chars().rev().collect())
}
