//! Records the requests of cargo to rustc, so that one of them can be repeated in a box.
//!
//! Cargo can run a *wrapper* instead of rustc (`RUSTC_WORKSPACE_WRAPPER`). Here the wrapper is this
//! program, which writes the request to a file and then executes rustc. So the grader builds a
//! student's file exactly as cargo has built the reference, without cargo, whose cache is not
//! writable in the box.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

use crate::failed::Failed;

/// The environment variable that makes this program a wrapper: the folder for its records.
pub(crate) const UNITS: &str = "COURSE_UNITS";

/// Returns the path of this program, to run it as the wrapper.
///
/// # Errors
/// When the system does not know the path.
pub(crate) fn wrapper() -> io::Result<PathBuf> {
    let own = env::current_exe()?;
    match own.exists() {
        true => Ok(own),
        false => Ok(without_mark(&own)),
    }
}

/// Removes what the kernel adds to the path of a program whose file is gone. A build in the course, which
/// may run beside a grading, replaces the file of this program by a new one, and that will do.
///
/// Source: proc(5), `/proc/pid/exe`.
fn without_mark(path: &Path) -> PathBuf {
    let bytes = path.as_os_str().as_bytes();
    let bytes = bytes.strip_suffix(b" (deleted)").unwrap_or(bytes);
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// One request to rustc: a library, a program or a test of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Its name as rustc knows it: `ipc_pipe`.
    pub(crate) name: String,
    /// The end of the names of its files: `-0a1b2c`.
    pub(crate) suffix: String,
    /// The arguments of rustc.
    pub(crate) arguments: Vec<String>,
    /// The environment variables with which cargo describes the package.
    pub(crate) environment: BTreeMap<String, String>,
    /// The working directory of rustc; paths in `arguments` may be relative to it.
    pub(crate) folder: PathBuf,
}

impl Unit {
    /// The value of `-C NAME=VALUE` or `--NAME VALUE`.
    fn value(&self, option: &str) -> Option<&str> {
        value(&self.arguments, option)
    }

    /// The folder to which its files are written.
    pub(crate) fn out(&self) -> PathBuf {
        PathBuf::from(self.value("--out-dir").unwrap_or_default())
    }

    /// Returns whether other crates can use it.
    pub(crate) fn is_library(&self) -> bool {
        self.value("--crate-type")
            .is_some_and(|kind| kind.contains("lib"))
    }

    /// The file that it produces.
    pub(crate) fn file(&self) -> PathBuf {
        let (name, suffix) = (&self.name, &self.suffix);
        self.out().join(match self.is_library() {
            true => format!("lib{name}{suffix}.rlib"),
            false => format!("{name}{suffix}"),
        })
    }

    /// The source files from which it is built, as rustc has found them.
    ///
    /// Source: the `.d` file beside it, in the format of make.
    pub(crate) fn sources(&self) -> Result<Vec<PathBuf>, Failed> {
        let file = self.out().join(format!("{}{}.d", self.name, self.suffix));
        let text = fs::read_to_string(&file)
            .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let line = text.lines().find_map(|line| line.split_once(": "));
        let (_, files) = line.ok_or_else(|| format!("{} lists no files", file.display()))?;
        // A blank in a path is written as `\ `.
        let files = files.replace("\\ ", "\0");
        let files = files.split_whitespace().map(|file| file.replace('\0', " "));
        Ok(files.map(|file| plain(&self.folder.join(file))).collect())
    }

    /// The manifest of its package.
    pub(crate) fn manifest(&self) -> Option<PathBuf> {
        let folder = self.environment.get("CARGO_MANIFEST_DIR")?;
        Some(Path::new(folder).join("Cargo.toml"))
    }

    /// The libraries that it gets, each with the index of its path in the arguments.
    pub(crate) fn externs(&self) -> impl Iterator<Item = (usize, &str, &Path)> {
        let pairs = self.arguments.windows(2).enumerate();
        pairs.filter_map(|(index, pair)| {
            let (name, path) = pair[1].split_once('=')?;
            (pair[0] == "--extern").then_some((index + 1, name, Path::new(path)))
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let list = value.get("arguments")?.as_array()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let arguments: Vec<String> = list.iter().map(text).collect::<Option<_>>()?;
        let pairs = value.get("environment")?.as_object()?.iter();
        Some(Self {
            name: of_crate(&arguments)?.0,
            suffix: of_crate(&arguments)?.1,
            environment: pairs
                .map(|(name, value)| Some((name.clone(), text(value)?)))
                .collect::<Option<_>>()?,
            folder: PathBuf::from(value.get("folder")?.as_str()?),
            arguments,
        })
    }
}

/// The path without `..`, which occurs because a check may include a file from elsewhere in the lesson.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

fn value<'a>(arguments: &'a [String], option: &str) -> Option<&'a str> {
    let mut pairs = arguments.windows(2);
    pairs.find_map(|pair| (pair[0] == option).then_some(pair[1].as_str()))
}

/// The name of the crate, and the end of the names of its files.
fn of_crate(arguments: &[String]) -> Option<(String, String)> {
    let name = value(arguments, "--crate-name")?;
    let mut suffixes = arguments
        .iter()
        .filter_map(|word| word.strip_prefix("extra-filename="));
    Some((name.to_owned(), suffixes.next()?.to_owned()))
}

/// All records below a folder.
pub(crate) fn units(folder: &Path) -> Vec<Unit> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    texts.filter_map(|text| Unit::parse(&text)).collect()
}

/// As the wrapper: records the request, then executes rustc.
pub(crate) fn wrap(folder: &Path) -> ExitCode {
    let mut words = env::args_os().skip(1);
    let rustc = words.next().unwrap_or_else(|| "rustc".into());
    let words: Vec<OsString> = words.collect();
    let arguments: Option<Vec<String>> = words
        .iter()
        .map(|word| word.to_str().map(str::to_owned))
        .collect();
    // Requests by which cargo only asks about rustc itself have no crate name.
    if let Some(arguments) = arguments
        && let Some((name, suffix)) = of_crate(&arguments)
    {
        let by_cargo = |name: &str| name.starts_with("CARGO_") && name != "CARGO_ENCODED_RUSTFLAGS";
        let environment: BTreeMap<String, String> =
            env::vars().filter(|(name, _)| by_cargo(name)).collect();
        let folder_of_rustc = env::current_dir().unwrap_or_default();
        let text = json!({
            "arguments": arguments,
            "environment": environment,
            "folder": folder_of_rustc.display().to_string(),
        });
        let file = folder.join(format!("{name}{suffix}.json"));
        if let Err(error) = fs::write(&file, text.to_string()) {
            common::complain(&format!("course: cannot write {}: {error}", file.display()));
            return ExitCode::FAILURE;
        }
    }
    let error = Command::new(rustc).args(words).exec();
    common::complain(&format!("course: cannot run rustc: {error}"));
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_that_has_replaced_this_program_does_not_hide_it() {
        let path = |path: &str| without_mark(Path::new(path));
        assert_eq!(path("/t/course (deleted)"), PathBuf::from("/t/course"));
        assert_eq!(path("/t/course"), PathBuf::from("/t/course"));
        assert_eq!(wrapper().unwrap(), env::current_exe().unwrap());
    }
}
