//! The column of each event: elastic time.
//!
//! A run pauses for milliseconds and sends within microseconds. To scale, all interesting events
//! would share a column. So time is to scale only as far as no two events of a lane that have signs
//! share a column. No event is left of an earlier one.

use crate::run::Run;

/// The column of each event.
pub(super) struct Columns {
    of: Vec<usize>,
    /// The number of columns.
    pub(super) width: usize,
}

impl Columns {
    /// Chooses columns for the run, with `tail` more after its end. `needs` are functions that tell
    /// whether an event needs a column of its own on its lane, the most wanted first. Takes the
    /// first one that leaves a third of the columns to time itself, or else the last one that fits.
    pub(super) fn new(
        run: &Run,
        width: usize,
        tail: usize,
        needs: &[&dyn Fn(usize) -> bool],
    ) -> Self {
        let run_width = width.saturating_sub(tail);
        let leaves_time = |needs: &&&dyn Fn(usize) -> bool| fewest(run, needs) * 3 <= run_width * 2;
        let needed = needs.iter().find(leaves_time).or(needs.last());
        let of = needed.and_then(|needs| elastic(run, run_width, needs));
        let of = of.or_else(|| elastic(run, run_width, &|_| false));
        let of = of.unwrap_or_default();
        Self { of, width }
    }

    /// The column of an event.
    pub(super) fn at(&self, event: usize) -> usize {
        self.of.get(event).copied().unwrap_or(0)
    }

    /// The column of a time, between those of the events before and after it.
    pub(super) fn at_time(&self, run: &Run, t: u64) -> usize {
        let after = run.events.partition_point(|event| event.t <= t);
        let before = after.saturating_sub(1);
        let Some(next) = run.events.get(after) else {
            return self.at(before);
        };
        let start = run.events[before].t;
        let (left, right) = (self.at(before), self.at(after));
        left + scale(t.saturating_sub(start), next.t - start, right - left)
    }
}

/// Scales `part` of `whole` to a line of this length.
fn scale(part: u64, whole: u64, length: usize) -> usize {
    let scaled = u128::from(part) * length as u128 / u128::from(whole.max(1));
    usize::try_from(scaled).unwrap_or(length).min(length)
}

/// The least number of columns with which each event that needs one can have it.
fn fewest(run: &Run, needs: &dyn Fn(usize) -> bool) -> usize {
    let mut previous: Vec<Option<usize>> = vec![None; run.lanes.len()];
    let mut left = 0;
    for (_, event) in run
        .events
        .iter()
        .enumerate()
        .filter(|(index, _)| needs(*index))
    {
        left = left.max(previous[event.lane].map_or(0, |previous| previous + 1));
        previous[event.lane] = Some(left);
    }
    left + 1
}

/// The columns to scale, but with a separate column for each event of a lane that needs one. `None`
/// when there are too few columns.
fn elastic(run: &Run, width: usize, needs: &dyn Fn(usize) -> bool) -> Option<Vec<usize>> {
    let last = width.checked_sub(1)?;
    // Backwards: the rightmost column that leaves enough columns to all later events.
    let mut latest = vec![last; run.events.len()];
    let mut next: Vec<Option<usize>> = vec![None; run.lanes.len()];
    let mut right = last;
    for (index, event) in run.events.iter().enumerate().rev() {
        if needs(index) {
            if let Some(next) = next[event.lane] {
                right = right.min(next.checked_sub(1)?);
            }
            next[event.lane] = Some(right);
        }
        latest[index] = right;
    }
    // Forwards: to scale between the previous column and this limit.
    let mut previous: Vec<Option<usize>> = vec![None; run.lanes.len()];
    let mut left = 0;
    for (index, event) in run.events.iter().enumerate() {
        let wanted = scale(event.t, run.length(), last);
        left = left.max(wanted.min(latest[index]));
        if needs(index) {
            if let Some(previous) = previous[event.lane] {
                left = left.max(previous + 1);
            }
            previous[event.lane] = Some(left);
        }
        latest[index] = left;
    }
    Some(latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_event_stands_left_of_an_earlier_one_and_none_outside() {
        let logs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/logs");
        for log in std::fs::read_dir(logs).unwrap() {
            let log = std::fs::read(log.unwrap().path()).unwrap();
            let run = Run::read(&log[..]).unwrap();
            for width in [1, 10, 63, 200, 999] {
                let columns = Columns::new(&run, width, 3, &[&|_| true, &|event| event % 2 == 0]);
                assert!(columns.of.is_sorted());
                assert!(columns.of.iter().all(|&x| x < width));
                let times = (0..100).map(|n| columns.at_time(&run, run.length() / 99 * n));
                assert!(times.is_sorted());
            }
        }
    }

    #[test]
    fn events_of_a_lane_that_need_a_column_have_one() {
        let line = |t: u32| {
            format!(r#"{{"v":2,"t":{t},"pid":1,"tid":1,"n":{t},"lane":"main","k":"say"}}"#)
        };
        let log: Vec<String> = [1, 2, 3, 4, 1000, 1001].map(line).to_vec();
        let run = Run::read(log.join("\n").as_bytes()).unwrap();
        let columns = Columns::new(&run, 11, 0, &[&|_| true]);
        assert_eq!(columns.of, [0, 1, 2, 3, 9, 10]);
        // With too few columns for all of them, time is to scale.
        let columns = Columns::new(&run, 5, 0, &[&|_| true]);
        assert_eq!(columns.of, [0, 0, 0, 0, 3, 4]);
    }
}
