//! How many tasks have ended in the last seconds, also those that were forgotten since.

use std::collections::VecDeque;
use std::time::Duration;

/// The time over which the rate is counted, in seconds.
const RECENTLY: usize = 10;

/// How many tasks had ended at the end of each of the last seconds.
#[derive(Default)]
pub(crate) struct Rate(VecDeque<(Duration, u64)>);

impl Rate {
    /// Records that this many tasks have ended by the time `now`.
    pub(crate) fn note(&mut self, now: Duration, ended: u64) {
        let second = Duration::from_secs(1);
        if self.0.back().is_none_or(|&(at, _)| at + second <= now) {
            self.0.push_back((now, ended));
            if self.0.len() > RECENTLY {
                self.0.pop_front();
            }
        }
    }

    /// How many of `ended` have ended within these seconds.
    pub(crate) fn recently(&self, ended: u64) -> u64 {
        let before = self.0.front().map_or(0, |&(_, ended)| ended);
        ended.saturating_sub(before)
    }
}
