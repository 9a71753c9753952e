//! A process of a cluster, and what it prints.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, PipeWriter};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lesson_test::until;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// A process that is killed, and waited for, on drop.
pub(crate) struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    pub(crate) fn start(command: &mut Command, log: &Path) -> Self {
        let child = command
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(File::create(log).unwrap())
            .stderr(File::options().append(true).open(log).unwrap())
            .spawn()
            .unwrap();
        let log = log.to_owned();
        Self { child, log }
    }

    /// Starts a process with its output to a pipe, and without a log.
    pub(crate) fn start_to(command: &mut Command, output: PipeWriter) -> Self {
        let command = command.stdin(Stdio::null()).stdout(output);
        let child = command.spawn().unwrap();
        let log = PathBuf::new();
        Self { child, log }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the end, and returns the exit code.
    #[track_caller]
    pub(crate) fn end(&mut self) -> ExitStatus {
        let limit = Instant::now() + LIMIT;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            let is_late = Instant::now() >= limit;
            assert!(!is_late, "does not end; its log: {}", self.log());
            thread::sleep(Duration::from_millis(1));
        }
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits for a log line that equals this text, or for the end of the process without one.
    pub(crate) fn wait_for_or_end(&mut self, text: &str) -> bool {
        let mut is_printed = false;
        until("it says something, or ends", || {
            let has_ended = self.child.try_wait().unwrap().is_some();
            is_printed = self.log().lines().any(|line| line == text);
            is_printed || has_ended
        });
        is_printed
    }

    /// Waits for a log line that contains this text, and returns it.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let limit = Instant::now() + LIMIT;
        loop {
            // Asked before the log is read: it may print the line and end in between.
            let ended = self.child.try_wait().unwrap();
            let lines = BufReader::new(File::open(&self.log).unwrap()).lines();
            if let Some(line) = lines.map(Result::unwrap).find(|line| line.contains(text)) {
                return line;
            }
            let is_late = Instant::now() >= limit;
            assert!(
                !is_late && ended.is_none(),
                "'{text}' never: {ended:?} {}",
                self.log()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _waited_already = self.child.wait();
    }
}
