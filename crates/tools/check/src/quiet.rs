//! Finds out whether a run makes no progress: it produces nothing any more, although the machine
//! has time for it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::Kind;
use common::log::{LINE_BYTES, Line};
use lesson::family::descendants;
use nix::sched::{CpuSet, sched_getaffinity};
use nix::unistd::Pid;

/// How long a run may produce nothing. No program of the course is silent for half as long. Time in
/// which its threads had to wait for other programs does not count.
pub(crate) const LONGEST: Duration = Duration::from_secs(3);

/// After this long, it is recorded how long the threads have waited for a processor.
pub(crate) const WORTH_A_LOOK: Duration = Duration::from_millis(200);

/// Events other than waits that a polling program may record forever.
const OF_ONE_THAT_ASKS: [Kind; 5] = [
    Kind::GiveUp,
    Kind::Resume,
    Kind::Acquire,
    Kind::Release,
    Kind::Eof,
];

/// The output and events of a run so far.
pub(crate) struct Quiet {
    log: Option<PathBuf>,
    recorded: Option<File>,
    printed: usize,
    since: Instant,
    /// The processor use of its threads at the beginning of the silence.
    before: Option<(Instant, Turns)>,
}

impl Quiet {
    pub(crate) fn new(log: Option<&Path>) -> Self {
        Self {
            log: log.map(Path::to_owned),
            recorded: None,
            printed: 0,
            since: Instant::now(),
            before: None,
        }
    }

    /// Begins a new measurement.
    pub(crate) fn reset(&mut self) {
        (self.since, self.before) = (Instant::now(), None);
    }

    /// Returns whether the processes `pids` have produced nothing for [`LONGEST`]. `printed` is the
    /// number of bytes that they have printed in all.
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
        let Some((looked, before)) = &self.before else {
            self.before = Turns::of(&pids()).map(|turns| (Instant::now(), turns));
            return false;
        };
        if quiet < LONGEST {
            return false;
        }
        let lost = Turns::of(&pids()).map(|turns| turns.lost_since(before, looked.elapsed()));
        lost.is_some_and(|lost| quiet.saturating_sub(lost) >= LONGEST)
    }

    /// Returns whether an event was recorded that shows progress.
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

/// How long no request has come. Time in which the program, or this process, had to wait for other programs
/// does not count.
pub(crate) struct Silence {
    since: Instant,
    before: Option<(Instant, Turns)>,
}

impl Silence {
    pub(crate) fn new() -> Self {
        let (since, before) = (Instant::now(), None);
        Self { since, before }
    }

    pub(crate) fn length(&mut self) -> Duration {
        let quiet = self.since.elapsed();
        if quiet < WORTH_A_LOOK {
            return quiet;
        }
        let pids = [descendants(), vec![common::pid().cast_signed()]].concat();
        let Some(now) = Turns::of(&pids) else {
            return quiet;
        };
        let Some((looked, before)) = &self.before else {
            self.before = Some((Instant::now(), now));
            return quiet.min(WORTH_A_LOOK);
        };
        quiet.saturating_sub(now.lost_since(before, looked.elapsed()))
    }
}

/// How much all threads of some processes have used the processors, in total.
#[derive(Default)]
pub(crate) struct Turns {
    ran: Duration,
    /// How long they were ready to run but did not run.
    waited: Duration,
    /// The number of processors that they may use.
    processors: u32,
}

impl Turns {
    /// Sums up the threads of these processes; `None` if the kernel does not report it.
    ///
    /// Source: the kernel's `Documentation/scheduler/sched-stats.rst`.
    pub(crate) fn of(pids: &[i32]) -> Option<Self> {
        let mut sum = None;
        for &pid in pids {
            let processors = processors_of(pid);
            let threads = fs::read_dir(format!("/proc/{pid}/task"));
            for thread in threads.into_iter().flatten().flatten() {
                let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
                let mut numbers = text.split_whitespace().map_while(|it| it.parse().ok());
                if let (Some(ran), Some(waited)) = (numbers.next(), numbers.next()) {
                    let sum = sum.get_or_insert_with(Self::default);
                    sum.ran += Duration::from_nanos(ran);
                    sum.waited += Duration::from_nanos(waited);
                    sum.processors = sum.processors.max(processors);
                }
            }
        }
        sum
    }

    /// How long other programs can have kept these processes from running since `before`. A hundred
    /// processes that only delay each other use all processors meanwhile, and have lost nothing.
    pub(crate) fn lost_since(&self, before: &Self, time: Duration) -> Duration {
        let all = time * self.processors;
        let of_others = all.saturating_sub(self.ran.saturating_sub(before.ran));
        self.waited.saturating_sub(before.waited).min(of_others)
    }
}

fn processors_of(pid: i32) -> u32 {
    let may = sched_getaffinity(Pid::from_raw(pid)).unwrap_or_default();
    let is_one = |index: &usize| may.is_set(*index).unwrap_or_default();
    (0..CpuSet::count()).filter(is_one).map(|_| 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(ran: u64, waited: u64) -> Turns {
        let (ran, waited) = (Duration::from_secs(ran), Duration::from_secs(waited));
        Turns {
            ran,
            waited,
            processors: 2,
        }
    }

    #[test]
    fn processes_that_keep_each_other_waiting_lose_nothing() {
        let (before, time) = (turns(1, 7), Duration::from_secs(3));
        let bomb = turns(1 + 2 * 3, 7 + 300);
        assert_eq!(bomb.lost_since(&before, time), Duration::ZERO);
        let one_beside_others = turns(1 + 1, 7 + 2);
        let lost = one_beside_others.lost_since(&before, time);
        assert_eq!(lost, Duration::from_secs(2));
    }
}
