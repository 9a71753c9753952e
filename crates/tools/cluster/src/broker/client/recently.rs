//! How many tasks have ended lately, by the times in the log.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// The time over which the rate is counted, in seconds.
const RECENTLY: u64 = 10;

/// The second by the clock of this machine.
pub(super) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// How many tasks have ended in each of the last seconds.
#[derive(Default)]
pub(super) struct Recently {
    first: Option<u64>,
    ended: BTreeMap<u64, u64>,
}

impl Recently {
    pub(super) fn note(&mut self, second: Option<u64>, count: u64) {
        let Some(second) = second else {
            return;
        };
        self.first.get_or_insert(second);
        *self.ended.entry(second).or_default() += count;
        while self.ended.len() as u64 > RECENTLY {
            self.ended.pop_first();
        }
    }

    /// How many tasks have ended in the last seconds.
    pub(super) fn ended(&self, now: u64) -> u64 {
        let since = now.saturating_sub(RECENTLY);
        self.ended.range(since..).map(|(_, count)| count).sum()
    }

    /// How many seconds ago the first end in the log was written.
    pub(super) fn since_first(&self, now: u64) -> u64 {
        self.first.map_or(0, |first| now.saturating_sub(first))
    }
}
