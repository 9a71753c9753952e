//! Whether a run has stopped getting on: nothing comes from it any more, and not because the machine
//! has no time for it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::Kind;
use common::log::{LINE_BYTES, Line};

/// How long nothing may come from a run. Of the programs of the course, none does nothing for half
/// as long. The time in which its threads had to wait for a processor does not count.
pub(crate) const LONGEST: Duration = Duration::from_secs(3);

/// From then on it is worth a look how long the threads have waited for a processor.
const WORTH_A_LOOK: Duration = Duration::from_millis(200);

/// What a program that asks again and again may record without an end, beside waits.
const OF_ONE_THAT_ASKS: [Kind; 5] = [
    Kind::GiveUp,
    Kind::Resume,
    Kind::Acquire,
    Kind::Release,
    Kind::Eof,
];

/// A run as far as it was seen: what it has printed, and what it has recorded.
pub(crate) struct Quiet {
    log: Option<PathBuf>,
    recorded: Option<File>,
    printed: usize,
    since: Instant,
    /// How long its threads had waited for a processor when it had just become quiet.
    waited: Option<Duration>,
}

impl Quiet {
    pub(crate) fn new(log: Option<&Path>) -> Self {
        Self {
            log: log.map(Path::to_owned),
            recorded: None,
            printed: 0,
            since: Instant::now(),
            waited: None,
        }
    }

    /// Begins again.
    pub(crate) fn reset(&mut self) {
        (self.since, self.waited) = (Instant::now(), None);
    }

    /// Whether nothing has come for [`LONGEST`] from the processes `pids`, which have `printed` this
    /// number of bytes in all.
    pub(crate) fn is_too_long(&mut self, printed: usize, pids: impl Fn() -> Vec<i32>) -> bool {
        let has_printed = printed != self.printed;
        self.printed = printed;
        if self.has_recorded() || has_printed {
            self.reset();
        }
        let quiet = self.since.elapsed();
        if quiet < WORTH_A_LOOK {
            return false;
        }
        match self.waited {
            None => {
                self.waited = waited(&pids());
                false
            }
            Some(_) if quiet < LONGEST => false,
            Some(before) => {
                let waited = waited(&pids()).map(|waited| waited.saturating_sub(before));
                waited.is_some_and(|waited| quiet.saturating_sub(waited) >= LONGEST)
            }
        }
    }

    /// Whether an event has been recorded that shows that the run gets on.
    fn has_recorded(&mut self) -> bool {
        let log = self.log.as_deref();
        if self.recorded.is_none() {
            self.recorded = log.and_then(|log| File::open(log).ok());
        }
        let mut lines = Vec::new();
        if let Some(recorded) = &mut self.recorded {
            let _what_came = recorded.read_to_end(&mut lines);
        }
        let lines = lines.chunks(LINE_BYTES).filter_map(Line::parse);
        let mut kinds = lines.filter_map(|line| line.kind());
        kinds.any(|kind| !kind.is_wait() && !OF_ONE_THAT_ASKS.contains(&kind))
    }
}

/// How long the threads of these processes have waited for a processor, all together; `None` if the
/// kernel does not say.
///
/// Source: the kernel's `Documentation/scheduler/sched-stats.rst`.
pub(crate) fn waited(pids: &[i32]) -> Option<Duration> {
    let mut sum = None;
    for pid in pids {
        let threads = fs::read_dir(format!("/proc/{pid}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
            let nanos = text.split_whitespace().nth(1);
            if let Some(nanos) = nanos.and_then(|nanos| nanos.parse().ok()) {
                *sum.get_or_insert(Duration::ZERO) += Duration::from_nanos(nanos);
            }
        }
    }
    sum
}
