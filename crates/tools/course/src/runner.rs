//! Runs jobs in boxes, or without them.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lesson::family::{descendants, kill_all};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox::{Ended, Job, Verdict as End};

use crate::checkout::Course;
use crate::failed::Failed;
use crate::kit::plain_cargo;
use crate::supervise::{self, Interrupt, Pipe};

/// Where submissions are built and run.
#[derive(Debug)]
pub(crate) enum Runner {
    /// In boxes.
    Boxes(Interrupt),
    /// Without a box: for a machine that is itself a box, such as a container for one submission.
    Bare(Interrupt),
}

impl Runner {
    /// Creates boxes. Checks that they can be made, and builds their supervisor beside this program.
    pub(crate) fn boxes(course: &Course) -> Result<Self, Failed> {
        let advice = "(--no-sandbox grades without one: only what you would run yourself)";
        sandbox::probe().map_err(|error| format!("{error} {advice}"))?;
        let own = std::env::current_exe().unwrap_or_default();
        let profile = own.parent().unwrap_or(Path::new("target/debug"));
        let mut cargo = plain_cargo(&course.root);
        cargo.args(["build", "--quiet", "-p", "sandbox", "--bin", "box-init"]);
        cargo
            .arg("--target-dir")
            .arg(profile.parent().unwrap_or(profile));
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        let done = cargo.output();
        let done = done.map_err(|error| format!("cannot run cargo: {error}"))?;
        let errors = String::from_utf8_lossy(&done.stderr);
        match done.status.success() {
            true => Ok(Self::Boxes(Interrupt::first_noticed()?)),
            false => Err(format!("the box does not build: {errors}").into()),
        }
    }

    /// Uses this machine without boxes.
    pub(crate) fn bare() -> Result<Self, Failed> {
        Ok(Self::Bare(Interrupt::noticed()?))
    }

    /// Returns whether a signal has asked for the end of the grading.
    pub(crate) fn is_interrupted(&self) -> bool {
        let (Self::Boxes(interrupt) | Self::Bare(interrupt)) = self;
        interrupt.has_come()
    }

    /// Returns [`Failed::Signal`] if a signal has asked for the end of the grading.
    pub(crate) fn uninterrupted(&self) -> Result<(), Failed> {
        match self.is_interrupted() {
            true => Err(Failed::Signal),
            false => Ok(()),
        }
    }

    /// Once a signal has come, ends whatever this process has started, so that no thread waits for it any
    /// longer, and goes on with that until `is_over`, when no thread starts anything. Otherwise blocks until
    /// `is_over` and does nothing.
    pub(crate) fn end_all_at_a_signal(&self, is_over: &AtomicBool) {
        while !is_over.load(Ordering::Relaxed) {
            if self.is_interrupted() {
                // The last ones first: a box must not outlive the process that has made it.
                for pid in descendants().into_iter().rev() {
                    let _gone_already = kill(Pid::from_raw(pid), Signal::SIGKILL);
                }
            }
            thread::sleep(Duration::from_millis(20));
        }
        if self.is_interrupted() {
            // A box that was being made when its maker was killed. What cannot be ended is left to init.
            let _ended = kill_all(|_| ());
        }
    }

    /// Runs a job to its end. After a signal, starts none.
    pub(crate) fn run(&self, job: &Job) -> Result<Ended, Failed> {
        self.uninterrupted()?;
        match self {
            Self::Boxes(_) => {
                sandbox::run(job).map_err(|error| format!("cannot start a box: {error}").into())
            }
            Self::Bare(interrupt) => bare(job, interrupt),
        }
    }
}

/// Runs a job without a box. Of its limits, only those of time and of output apply; its environment is
/// set.
fn bare(job: &Job, interrupt: &Interrupt) -> Result<Ended, Failed> {
    let begun = Instant::now();
    let mut command = Command::new(&job.program);
    command
        .args(&job.arguments)
        .env_clear()
        .current_dir(&job.folder);
    command.envs(job.environment.iter().map(|(name, value)| (name, value)));
    let most = job.limits.output_bytes;
    let errors = Pipe::errors_of(&mut command, most)?;
    let ended = supervise::run(&mut command, interrupt, job.limits.time, || false)?;
    drop(command);
    let errors = errors.text();
    let (verdict, stdout) = match ended {
        supervise::Ended::Itself(_, out) if out.len() >= most || errors.len() >= most => {
            (End::TooMuchOutput, out)
        }
        supervise::Ended::Itself(how, out) => (End::Ended(how), out),
        supervise::Ended::Interrupted => return Err(Failed::Signal),
        supervise::Ended::Stopped | supervise::Ended::TooLong => (End::TimedOut, String::new()),
    };
    Ok(Ended {
        verdict,
        stdout: stdout.into_bytes(),
        stderr: errors.into_bytes(),
        took: begun.elapsed(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use sandbox::Limits;

    use super::*;

    #[test]
    fn without_a_box_too_many_errors_end_a_job_as_too_much_output_does() {
        let job = |script: &str| Job {
            program: PathBuf::from("/bin/sh"),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
            folder: PathBuf::from("/tmp"),
            binds: Vec::new(),
            limits: Limits {
                time: Duration::from_secs(60),
                output_bytes: 4096,
                ..Limits::default()
            },
            uid: 0,
        };
        let interrupt = Interrupt::noticed().unwrap();
        let ended = |script| bare(&job(script), &interrupt).unwrap();
        let few = ended("echo few >&2");
        assert_eq!(few.verdict, End::Ended(sandbox::record::How::Exit(0)));
        assert_eq!(few.stderr, b"few\n");
        let many = ended("yes | head -c 100000 >&2");
        assert_eq!(
            (many.verdict, many.stderr.len()),
            (End::TooMuchOutput, 4096)
        );
    }
}
