//! Runs a program from outside: what it printed, how it ended, what it left behind.

use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::waiting::until_none;

/// The time after which a program counts as hung.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Variables that a user may have set and that change what a program prints: the terminal, proxies,
/// and the certificate authorities for https.
const OF_THE_USER: [&str; 10] = [
    "COLUMNS",
    "TERM",
    "NO_COLOR",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "SSL_CERT_FILE",
];

/// The environment variable that marks the processes of a run.
const MARK: &str = "LESSON_TEST_RUN";

/// How a program ended, and what it printed.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The standard output of the program and its children.
    pub out: String,
    /// The standard error of the program and its children.
    pub err: String,
}

impl Ran {
    /// The lines on standard output.
    #[must_use]
    pub fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    /// Asserts the exit code.
    ///
    /// # Panics
    /// When the exit code is another one; the message has all that was printed.
    #[must_use]
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Asserts that the program succeeded: exit code 0, and nothing on standard error.
    ///
    /// # Panics
    /// When it did not; the message has all that was printed.
    #[must_use]
    #[track_caller]
    pub fn expect_success(self) -> Self {
        let ran = self.expect_code(0);
        assert_eq!(ran.err, "", "{ran:#?}");
        ran
    }

    /// Asserts that the program ended with `code` and wrote one line on standard error.
    ///
    /// # Panics
    /// When it did not; the message has all that was printed.
    #[must_use]
    #[track_caller]
    pub fn expect_complaint(self, code: i32) -> Self {
        let ran = self.expect_code(code);
        assert_eq!(ran.err.lines().count(), 1, "{ran:#?}");
        ran
    }
}

/// Runs `program` until it ends, within [`LIMIT`].
///
/// # Panics
/// When it hangs or leaves a process behind.
#[must_use]
#[track_caller]
pub fn run(program: &str, arguments: &[&str]) -> Ran {
    let mut command = Command::new(program);
    command.args(arguments);
    run_within(LIMIT, &mut command)
}

/// Runs `command` until it ends, without standard input and in a process group of its own. After
/// `limit`, the whole group is killed.
///
/// # Panics
/// When it cannot be started, hangs, or leaves a process behind.
#[must_use]
#[track_caller]
pub fn run_within(limit: Duration, command: &mut Command) -> Ran {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mark = format!("{MARK}={}-{number}", std::process::id());
    for name in OF_THE_USER {
        // Variables that the test itself has set stay.
        if command.get_envs().all(|(set, _)| set != name) {
            command.env_remove(name);
        }
    }
    let child = command
        .env(MARK, &mark[MARK.len() + 1..])
        .env("RUST_BACKTRACE", "0")
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let group = Pid::from_raw(child.id().cast_signed());
    let (ended, wait) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait_with_output()));
    let output = match wait.recv_timeout(limit) {
        Ok(output) => output.expect("its output can be read"),
        Err(RecvTimeoutError::Timeout) => {
            killpg(group, Signal::SIGKILL).ok();
            let shown = wait.recv_timeout(LIMIT);
            panic!("{command:?} still runs after {limit:?}; so far: {shown:#?}");
        }
        Err(RecvTimeoutError::Disconnected) => unreachable!("the thread sends before it ends"),
    };
    let ran = Ran::new(&output);
    let left = processes_marked(&mark);
    assert!(left.is_empty(), "{command:?} left behind: {left:?}");
    ran
}

impl Ran {
    fn new(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

/// Waits until no other process of this test is left, even one that has a new parent. For tests
/// that run in a process of their own: all their processes have inherited its mark.
///
/// # Panics
/// When processes are left after twenty seconds; the message lists them.
#[track_caller]
pub fn assert_alone() {
    let mark = env::var(MARK).expect("a test that runs apart has a mark");
    let mark = format!("{MARK}={mark}");
    until_none(|| processes_marked(&mark));
}

/// The other processes that have the mark of a run, each with its /proc folder and command line.
fn processes_marked(mark: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("/proc can be read").flatten();
    processes
        .filter_map(|process| {
            let pid: u32 = process.file_name().to_str()?.parse().ok()?;
            let path = process.path();
            let environment = fs::read(path.join("environ")).ok()?;
            let marked = environment
                .split(|&byte| byte == 0)
                .any(|entry| entry == mark.as_bytes());
            let words = fs::read_to_string(path.join("cmdline")).unwrap_or_default();
            let is_other = marked && pid != std::process::id();
            is_other.then(|| format!("{} {}", path.display(), words.replace('\0', " ")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::process::Command;

    use super::{LIMIT, run, run_within};

    #[test]
    fn a_program_sees_no_settings_of_the_user() {
        if env::var_os("COLUMNS").is_none() {
            // Runs this test again as a user who has set these variables.
            let name = "outside::tests::a_program_sees_no_settings_of_the_user";
            let again = Command::new(env::current_exe().unwrap())
                .args(["--exact", name])
                .envs([("COLUMNS", "200"), ("NO_COLOR", "1"), ("TERM", "dumb")])
                .status();
            assert!(again.unwrap().success());
            return;
        }
        let seen = run("env", &[]).expect_success();
        for name in ["COLUMNS=", "NO_COLOR=", "TERM="] {
            let is_set = seen.lines().iter().any(|line| line.starts_with(name));
            assert!(!is_set, "{seen:#?}");
        }
        // A variable that the test sets reaches the program.
        let mut command = Command::new("env");
        let seen = run_within(LIMIT, command.env("COLUMNS", "40")).expect_success();
        assert!(seen.lines().contains(&"COLUMNS=40"), "{seen:#?}");
    }
}
