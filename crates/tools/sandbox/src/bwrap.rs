//! The command line of bubblewrap.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::job::{Job, Limits};

/// The path of the supervisor in the box.
pub(crate) const INIT: &str = "/box-init";

/// Why no box can be made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable(pub(crate) String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no sandbox: {}", self.0)
    }
}

impl std::error::Error for Unavailable {}

/// Checks whether a box can be made here, by making one with every option that a job's box uses.
///
/// # Errors
/// Returns [`Unavailable`], with what to do about it.
pub fn probe() -> Result<(), Unavailable> {
    let mut command = Command::new("bwrap");
    command.args(the_system(1 << 20)).arg("/usr/bin/true");
    let output = command.output().map_err(|_| {
        Unavailable("bubblewrap is missing (Debian, Ubuntu: apt install bubblewrap)".into())
    })?;
    if output.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    let why = why.trim();
    let what = match why.contains("nknown option") {
        // The newest option that is used came with this version.
        true => {
            format!("bubblewrap is too old here ({why}): 0.8.0 is the first that has all of it")
        }
        false => format!(
            "bubblewrap may make no namespaces here ({why}); on Ubuntu see \
             kernel.apparmor_restrict_unprivileged_userns, in a container run it privileged"
        ),
    };
    Err(Unavailable(what))
}

/// The path of `box-init`, which lies beside the running program.
pub(crate) fn init_program() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    let folders = here.ancestors().skip(1).take(2);
    let places = folders.map(|folder| folder.join("box-init"));
    places
        .into_iter()
        .find(|place| place.exists())
        .unwrap_or_else(|| "box-init".into())
}

/// The arguments of `bwrap`. `visible` maps a path of this machine to a path that the user of the
/// box can open.
pub(crate) fn words(job: &Job, visible: impl Fn(&Path) -> OsString) -> Vec<OsString> {
    let mut words = the_system(job.limits.file_bytes);
    words.extend(["--ro-bind".into(), visible(&init_program()), INIT.into()]);
    for bind in &job.binds {
        let kind = if bind.is_writable {
            "--bind"
        } else {
            "--ro-bind"
        };
        words.extend([kind.into(), visible(&bind.host), bind.inside.clone().into()]);
    }
    for (name, value) in &job.environment {
        words.extend(["--setenv".into(), name.clone(), value.clone()]);
    }
    // Must come last, because nothing can be mounted below `/` after it.
    words.extend(["--remount-ro".into(), "/".into()]);
    words.extend([
        "--chdir".into(),
        job.folder.clone().into(),
        "--".into(),
        INIT.into(),
    ]);
    words.extend(limits_for_init(&job.limits));
    words.push(job.program.clone().into());
    words.extend(job.arguments.iter().cloned());
    words
}

/// New namespaces, the system's programs and libraries, and a /tmp of limited size.
fn the_system(tmp_bytes: u64) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let mut add = |text: &[&str]| words.extend(text.iter().map(OsString::from));
    add(&[
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--as-pid-1",
        "--clearenv",
    ]);
    add(&["--unshare-user", "--disable-userns"]);
    add(&["--hostname", "box", "--cap-drop", "ALL"]);
    for folder in ["/usr", "/etc/alternatives", "/etc/ld.so.cache"] {
        add(&["--ro-bind-try", folder, folder]);
    }
    for link in ["bin", "sbin", "lib", "lib64"] {
        add(&["--symlink", &format!("usr/{link}"), &format!("/{link}")]);
    }
    let room = tmp_bytes.to_string();
    add(&["--proc", "/proc", "--dev", "/dev"]);
    add(&[
        "--size", &room, "--tmpfs", "/tmp", "--size", &room, "--tmpfs", "/dev/shm",
    ]);
    // It is a file system without a limit. Its devices, /dev/pts and /dev/shm are mounts of their own.
    add(&["--remount-ro", "/dev"]);
    words
}

/// The limits that `box-init` sets for the program, in the order in which it reads them.
fn limits_for_init(limits: &Limits) -> impl Iterator<Item = OsString> {
    let numbers = [
        limits.cpu.as_secs().max(1),
        limits.memory_bytes,
        limits.processes,
        limits.files,
        limits.file_bytes,
    ];
    numbers.into_iter().map(|number| number.to_string().into())
}
