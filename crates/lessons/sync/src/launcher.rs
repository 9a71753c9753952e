//! `cargo run -p sync -- --explore`: builds `--bin explore` with the locks' stand-ins, and runs
//! it in the place of this program.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

/// Does nothing unless the command line begins with `--explore`. Returns only when the other
/// program cannot be built or run.
pub(crate) fn explore() -> Option<ExitCode> {
    let mut words = env::args_os().skip(1);
    if words.next()? != "--explore" {
        return None;
    }
    // As the command line's reading does, which has not come yet.
    common::stop_ignoring_children();
    let complaint = match build_and_run(words) {
        Ok(_said_by_cargo) => return Some(ExitCode::FAILURE),
        Err(error) => format!("--explore builds a second program and cannot: {error}"),
    };
    // As all complaints: one line, and nobody to tell when that fails.
    let _told = writeln!(io::stderr(), "sync: {complaint}");
    Some(ExitCode::FAILURE)
}

/// In a folder of its own beside `debug`: else all would be built anew at each change of flags.
fn build_and_run(words: impl Iterator<Item = OsString>) -> io::Result<ExitStatus> {
    let this = env::current_exe()?;
    let target = this.ancestors().nth(2).unwrap_or(&this).join("explore");
    let built = build(&target)?;
    if !built.success() {
        return Ok(built);
    }
    // What the explorer has to say it says on standard output. What comes on the other one is
    // shuttle's news of each run that failed.
    let mut explorer = Command::new(target.join("release/explore"));
    Err(explorer.args(words).stderr(Stdio::null()).exec())
}

fn build(target: &Path) -> io::Result<ExitStatus> {
    let flags = env::var("RUSTFLAGS").unwrap_or_default();
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    Command::new(&cargo)
        .args(["build", "--release", "--bin", "explore"])
        .args(["--manifest-path", MANIFEST, "--target-dir"])
        .arg(target)
        .env("RUSTFLAGS", format!("{flags} --cfg explore"))
        .status()
        .map_err(|error| io::Error::other(format!("{cargo} does not start: {error}")))
}
