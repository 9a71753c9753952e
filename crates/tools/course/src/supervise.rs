//! Runs a program to its end; or ends it, with all that it has started, when it is to stop.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lesson::family::{Children, kill_all, reap};
use nix::libc;
use nix::sys::prctl::set_child_subreaper;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::failed::Failed;

/// How a program has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself, with this exit code (`None`: a signal), and what it printed.
    Itself(Option<i32>, String),
    /// It was ended: Ctrl-C or a signal came.
    Interrupted,
    /// It was ended, since it was to stop.
    Stopped,
    /// It was ended when its time was over.
    TooLong,
}

/// Notices Ctrl-C and the other signals that end a program.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From here on, the signals do not end this process, which has to look at them.
    pub(crate) fn noticed() -> Result<Self, Failed> {
        let came = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&came))
                .map_err(|error| format!("cannot notice signals: {error}"))?;
        }
        // All that is started here, also by others, ends up as a child of this process.
        set_child_subreaper(true).map_err(|errno| format!("cannot be a subreaper: {errno}"))?;
        Ok(Self(came))
    }

    pub(crate) fn has_come(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Runs the program, at most for `limit`, and until `stop` says so; its standard output is taken.
/// Nothing that it has started is left afterwards.
pub(crate) fn run(
    command: &mut Command,
    interrupt: &Interrupt,
    limit: Duration,
    mut stop: impl FnMut() -> bool,
) -> Result<Ended, Failed> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let program = command.get_program().to_owned();
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    let mut stdout = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        let _what_came = stdout.as_mut().map(|stdout| stdout.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let deadline = Instant::now() + limit;
    let ended = loop {
        match reap().map_err(|error| error.to_string())? {
            Children::Ended(one) if one.pid.as_raw().cast_unsigned() == child.id() => {
                let code = libc::WIFEXITED(one.status).then(|| libc::WEXITSTATUS(one.status));
                break Ended::Itself(code, String::new());
            }
            Children::Ended(_) => continue,
            Children::None => break Ended::Itself(None, String::new()),
            Children::Alive => {}
        }
        if interrupt.has_come() {
            break Ended::Interrupted;
        }
        if stop() {
            break Ended::Stopped;
        }
        if Instant::now() > deadline {
            break Ended::TooLong;
        }
        thread::sleep(Duration::from_millis(10));
    };
    kill_all(|_| ()).map_err(|error| error.to_string())?;
    // No process has the pipe any more, so the reader ends.
    let out = reader.join().unwrap_or_default();
    Ok(match ended {
        Ended::Itself(code, _) => Ended::Itself(code, out),
        other => other,
    })
}
