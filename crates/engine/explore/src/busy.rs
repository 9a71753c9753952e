//! Detects a thread of a story that is in a loop without any turn.
//!
//! Nothing can stop such a thread from inside. So the search runs on a thread of its own, and its
//! caller watches how much processor time it uses from one turn to the next. That is no more on a
//! busy machine than on an idle one.

use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::Builder;
use std::time::Duration;

use common::Stat;

use crate::fault::{Fault, Wrong};
use crate::lanes::name;
use crate::log::{self, Log};

/// The time between two checks of the turns.
const LOOK: Duration = Duration::from_millis(100);

/// The most processor time that a thread may use between two turns, in the kernel's ticks, 100 per
/// second: a story uses a millionth of that.
const MOST_TICKS: u64 = 200;

/// Runs `search` as long as the turns of its stories go on.
///
/// If they stop, the thread in the loop is abandoned, and ends with the process.
pub(crate) fn while_turns_go_on(
    search: impl FnOnce() -> Result<(), Fault> + Send + 'static,
) -> Result<(), Fault> {
    let (begins, has_begun) = mpsc::channel();
    let (ends, has_ended) = mpsc::channel();
    let searcher = Builder::new().name(common::thread_name()).spawn(move || {
        let this = fs::read_link("/proc/thread-self").unwrap_or_default();
        let _is_waited_for = begins.send((log::of_this_thread(), this));
        let _may_be_given_up = ends.send(search());
    });
    let searcher = searcher.expect("the system has room for one more thread");
    let mut turns = has_begun
        .recv()
        .ok()
        .map(|(log, this)| Turns::new(log, &this));
    loop {
        match has_ended.recv_timeout(LOOK) {
            Ok(found) => {
                // It has nothing more to do, so this does not block.
                let _ended = searcher.join();
                return found;
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Some(fault) = turns.as_mut().and_then(Turns::look) {
                    return Err(fault);
                }
            }
            // A panic of the search itself; that of a story is a fault.
            Err(RecvTimeoutError::Disconnected) => match searcher.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => unreachable!("it sends what it has found"),
            },
        }
    }
}

/// The progress of the searcher's turns.
struct Turns {
    log: Log,
    /// The searcher's folder in /proc.
    folder: PathBuf,
    /// The number of turns, and the processor time used, when the last new turn was seen.
    seen: u64,
    ticks: u64,
}

impl Turns {
    fn new(log: Log, thread: &Path) -> Self {
        let folder = Path::new("/proc").join(thread);
        let (seen, ticks) = (0, 0);
        Self {
            log,
            folder,
            seen,
            ticks,
        }
    }

    /// Returns a fault if too much processor time was used since the last turn.
    fn look(&mut self) -> Option<Fault> {
        let ticks = Stat::read(&self.folder)?.ticks;
        let log = log::locked(&self.log);
        if log.turns != self.seen {
            self.seen = log.turns;
            self.ticks = ticks;
        }
        if ticks - self.ticks < MOST_TICKS {
            return None;
        }
        let who = log
            .run
            .path
            .turns()
            .last()
            .copied()
            .map_or_else(String::new, name);
        Some(Fault {
            wrong: Wrong::NoTurn,
            what: format!(
                "{who} goes on and on, and no other thread has a turn: it asks instead of waiting, or \
                 its loop has no end"
            ),
            steps: log.run.steps.clone(),
            path: log.run.path.clone(),
        })
    }
}
