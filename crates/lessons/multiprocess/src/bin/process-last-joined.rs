//! Mistake B7: only the last child is joined.
//!
//! In the notes `p.join()` stands after the loop, where `p` is the fifth child. Here child n takes
//! (4 - n) times 100 ms, so "Process end." is printed before the lines of the other four. Right:
//! keep all of them, as `main.rs` does. This program uses bare `fork`, because a `Process` whose
//! handle is dropped is killed.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use lesson::{Lesson, Operands, StoryResult, WrongOperand};
use multiprocess::{Fork, exit_now, fork, wait};
use nix::sys::signal::{Signal, raise};

fn main() -> ExitCode {
    let about = "1.2 Mistake B7: \"Process end.\" while four children still run";
    let children = Operands {
        name: "MS[:END]...",
        help: "the children: what each takes, and its exit code or signal (400 300 200 100 0)",
        most: 100,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(children, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let words = match words.is_empty() {
        true => ["400", "300", "200", "100", "0"]
            .map(str::to_owned)
            .to_vec(),
        false => words,
    };
    let children = words.iter().map(|word| Work::parse(word));
    let children: Vec<Work> = children.collect::<Result<_, _>>().map_err(WrongOperand)?;
    say!("Parent Process {}.", pid());
    let joined = start_and_join(&children);
    say!("Process end.");
    joined
}

/// Starts a child for each piece of work, all at once, and waits for all of them. Returns an error
/// when one of them has failed, by its exit code or by a signal.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut last = None;
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => last = Some(child),
            Fork::Child => work.run(number),
        }
    }
    // The mistake: the other children are not waited for, and how they ended is lost.
    if let Some(child) = last {
        wait(child)?;
    }
    Ok(())
}

/// The work of one child: how long it takes, and how the child ends.
struct Work {
    takes: Duration,
    ends: End,
}

enum End {
    Code(i32),
    Signal(Signal),
}

impl Work {
    fn parse(word: &str) -> Result<Self, String> {
        let (takes, end) = word.split_once(':').unwrap_or((word, "0"));
        let wrong = || {
            format!(
                "a child is a number of milliseconds, as 50, 50:3 or 50:SIGKILL, and not '{word}'"
            )
        };
        // These signals stop a child and do not end it.
        let stops = [
            Signal::SIGSTOP,
            Signal::SIGTSTP,
            Signal::SIGTTIN,
            Signal::SIGTTOU,
        ];
        let signal = end.parse().ok().filter(|signal| !stops.contains(signal));
        let signal = signal.map(End::Signal).ok_or(());
        let code = || end.parse().map(|code: u8| End::Code(code.into()));
        Ok(Self {
            takes: Duration::from_millis(takes.parse().map_err(|_| wrong())?),
            ends: signal.or_else(|_| code()).map_err(|_| wrong())?,
        })
    }

    /// Does the work in the child, and ends it.
    fn run(&self, number: usize) -> ! {
        sleep(self.takes);
        say!("Child process {number} ({}) Running...", pid());
        // A printed line does not mean that its process has ended.
        sleep(Duration::from_millis(20));
        match self.ends {
            End::Code(code) => exit_now(code),
            End::Signal(signal) => {
                let _sent = raise(signal);
                exit_now(1)
            }
        }
    }
}
