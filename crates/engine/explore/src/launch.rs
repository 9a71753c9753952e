//! `cargo run -p sync -- --explore`: builds `--bin explore` of a lesson with the stand-ins of locks
//! and threads, and runs it instead of the program that was started.

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

/// Does nothing unless the command line begins with `--explore`. Then it builds the program
/// `explore` of `package`, whose manifest is this file, and replaces this process by it: it returns
/// only if that program cannot be built or run.
pub fn launch(package: &str, manifest: &str) -> Option<ExitCode> {
    let mut words = env::args_os().skip(1);
    if words.next()? != "--explore" {
        return None;
    }
    // As the parser of the command line does, which has not run yet.
    common::stop_ignoring_children();
    common::let_writes_fail();
    let complaint = match build_and_run(manifest, words) {
        Ok(_reported_by_cargo) => return Some(ExitCode::FAILURE),
        Err(error) => format!("--explore builds a second program and cannot: {error}"),
    };
    common::complain(&format!("{package}: {complaint}"));
    Some(ExitCode::FAILURE)
}

/// Builds in a folder of its own beside `debug`: otherwise each change of flags would rebuild everything.
fn build_and_run(manifest: &str, words: impl Iterator<Item = OsString>) -> io::Result<ExitStatus> {
    let this = env::current_exe()?;
    let target = this.ancestors().nth(2).unwrap_or(&this).join("explore");
    let built = build(manifest, &target)?;
    if !built.success() {
        return Ok(built);
    }
    let mut explorer = Command::new(target.join("explore/explore"));
    Err(explorer.args(words).exec())
}

fn build(manifest: &str, target: &Path) -> io::Result<ExitStatus> {
    let flags = env::var("RUSTFLAGS").unwrap_or_default();
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    Command::new(&cargo)
        .args(["build", "--profile", "explore", "--bin", "explore"])
        .args(["--manifest-path", manifest, "--target-dir"])
        .arg(target)
        .env("RUSTFLAGS", format!("{flags} --cfg explore"))
        .status()
        .map_err(|error| io::Error::other(format!("{cargo} does not start: {error}")))
}
