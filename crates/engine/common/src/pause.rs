//! The notes' random pauses.

use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, SystemTime};

use rand::rngs::SysRng;
use rand::{RngExt, TryRng};

use crate::ids::pid;
use crate::lane;
use crate::log::{EventId, Kind};
use crate::output;
use crate::record::record;

/// The command line's settings for pauses.
#[derive(Debug)]
pub(crate) struct Pauses {
    /// 1 for pauses as in the notes, 0 for none.
    pub(crate) pace: f64,
    pub(crate) seed: u64,
}

static PAUSES: OnceLock<Pauses> = OnceLock::new();

/// Fixes pace and seed for this process and all that it forks; the first call wins.
pub(crate) fn set(pauses: Pauses) {
    let _first_wins = PAUSES.set(pauses);
}

/// Returns a random number from the system: unlike the seed of std's `RandomState`, it is not
/// copied by a fork.
#[must_use]
pub fn random_number() -> u64 {
    // A lack of entropy (a sandbox without /dev/urandom) is no reason to end a lesson.
    SysRng.try_next_u64().unwrap_or_else(|_| {
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        u64::from(since.subsec_nanos()) << 32 | u64::from(pid())
    })
}

fn settings() -> &'static Pauses {
    PAUSES.get_or_init(|| Pauses {
        pace: 1.0,
        seed: random_number(),
    })
}

/// Returns the next random pause of this lane: from 0 up to `longest`, times `--pace`.
///
/// For a task, which has to wait in its own way; a process or a thread calls [`pause`].
#[must_use]
pub fn next_pause(longest: Duration) -> Duration {
    let seed = settings().seed;
    let share: f64 = lane::with_current(|lane| lane.pauses(seed).random());
    paced(longest.mul_f64(share))
}

/// Returns `length` times `--pace`: for a delay that is the same in each run.
#[must_use]
pub fn paced(length: Duration) -> Duration {
    if output::is_silenced() {
        return Duration::ZERO;
    }
    Duration::try_from_secs_f64(length.as_secs_f64() * settings().pace).unwrap_or(Duration::MAX)
}

/// Returns `limit`, or `limit` times `--pace` if that is longer: for a wait that ends after some of
/// the notes' pauses.
#[must_use]
pub fn patience(limit: Duration) -> Duration {
    limit.max(paced(limit))
}

/// Sleeps for a random time, up to `longest` times `--pace`, as the notes do with
/// `time.sleep(random.random())`.
pub fn pause(longest: Duration) {
    let pause = next_pause(longest);
    if pause.is_zero() {
        return;
    }
    record(Kind::Begin, "pause", format_args!(""), EventId::NONE);
    thread::sleep(pause);
    record(Kind::End, "pause", format_args!(""), EventId::NONE);
}
