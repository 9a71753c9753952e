//! `cluster`: the scheduler as a service. `cargo run -p cluster -- --help` shows the way from one
//! terminal to three machines.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    cluster::main(cluster::Kinds::standard())
}
