//! The time of an explored run: it does not pass by itself, but a story can let it pass.
//!
//! A wait with a limit ends, or is woken without a reason, when the story demands it, and not when
//! the machine has taken that long. So a limit of 120 ms has the same effect in each run.

use std::cell::RefCell;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use shuttle::current::reset_step_count;

/// An act that is due at a time.
type Act = Box<dyn FnOnce()>;

#[derive(Default)]
struct Clock {
    now: Duration,
    /// How long a wait with a limit lasts until it is woken without a reason, if time passes.
    step: Option<Duration>,
    due: Vec<(Duration, Act)>,
    /// How many waits without a limit are still to be woken without a reason.
    for_nothing: usize,
    /// Whether a wait with a limit that is notified returns only after its limit.
    is_late: bool,
    /// How many waits with a limit have let time pass.
    slices: usize,
}

thread_local! {
    // All threads of a story take their turns on one thread of the system.
    static CLOCK: RefCell<Clock> = RefCell::default();
}

/// Begins a new run, at time 0.
pub(crate) fn begin() {
    // The values that are dropped here may use the clock.
    let _before = CLOCK.take();
}

/// From now on time passes while a thread of this run waits with a limit: the wait ends after
/// `step`, or earlier at its limit. As after any wait, there may be no change.
///
/// A notify does not end such a wait; use [`at`] for acts that happen meanwhile, or
/// [`wakes_late`] for a wait that is notified.
pub fn time_passes(step: Duration) {
    CLOCK.with_borrow_mut(|clock| clock.step = Some(step));
}

/// Calls `act` when the run reaches that time, while a thread waits with a limit.
pub fn at(time: Duration, act: impl FnOnce() + 'static) {
    CLOCK.with_borrow_mut(|clock| {
        clock.due.push((time, Box::new(act)));
        clock.due.sort_by_key(|(time, _)| *time);
    });
}

/// Lets the run jump to that time, unless it is later already. In an act of [`at`], a wait whose limit
/// was shorter is then over, however short its slices are.
pub fn time_jumps(to: Duration) {
    pass_until(to);
}

/// Lets the run jump to that time, and lets no more time pass. Call it in an act of [`at`]: a wait whose limit
/// was shorter is over, and a longer one goes on, however short its slices are.
pub fn time_jumps_and_stops(to: Duration) {
    time_jumps(to);
    CLOCK.with_borrow_mut(|clock| clock.step = None);
}

/// Wakes the next `count` waits without a limit in this run without a reason, as can happen to any
/// wait: a thread that takes that for a notify goes on too early.
pub fn wakes_for_nothing(count: usize) {
    CLOCK.with_borrow_mut(|clock| clock.for_nothing = count);
}

/// From now on a wait with a limit that is notified returns only when its limit is over, as can
/// happen when the machine is busy: the notify came in time, and is used up. No other time passes.
pub fn wakes_late() {
    CLOCK.with_borrow_mut(|clock| clock.is_late = true);
}

/// Returns the time at which a wait with this limit, which begins now, goes on after a notify; `None`
/// if it does so at once. A limit that no time can reach is never over.
pub(crate) fn late(limit: Duration) -> Option<Duration> {
    let (now, is_late) = CLOCK.with_borrow(|clock| (clock.now, clock.is_late));
    let late = now + Duration::from_nanos(1);
    let begins = Instant(BEGIN.saturating_add(late));
    let can_be_reached = begins.checked_add(limit).is_some();
    (is_late && can_be_reached).then(|| late + limit)
}

/// Advances the clock to this time, unless it is later already.
pub(crate) fn pass_until(time: Duration) {
    CLOCK.with_borrow_mut(|clock| clock.now = clock.now.max(time));
}

/// Whether the wait that begins now is to be woken without a reason.
pub(crate) fn is_woken_for_nothing() -> bool {
    let is_one = CLOCK.with_borrow_mut(|clock| {
        let is_one = clock.for_nothing > 0;
        clock.for_nothing -= usize::from(is_one);
        is_one
    });
    if is_one {
        // The thread has to check again, and may do so in many turns.
        reset_step_count();
    }
    is_one
}

/// How long this run has lasted.
#[must_use]
pub fn now() -> Duration {
    CLOCK.with_borrow(|clock| clock.now)
}

/// How many waits with a limit have let time pass in this run: more than one if a limit is waited for
/// in slices.
#[must_use]
pub fn slices() -> usize {
    CLOCK.with_borrow(|clock| clock.slices)
}

/// Whether waits with a limit end in this run.
pub(crate) fn is_passing() -> bool {
    CLOCK.with_borrow(|clock| clock.step.is_some())
}

/// Advances the clock a little, for a wait with no time left. Otherwise a caller that checks
/// whether its limit is exceeded would repeat that wait forever.
pub(crate) fn tick() {
    CLOCK.with_borrow_mut(|clock| clock.now += Duration::from_nanos(1));
}

/// Passes the time of a wait, which holds no mutex. Returns whether it has reached its limit.
pub(crate) fn pass(limit: Duration) -> bool {
    let (until, is_over) = CLOCK.with_borrow_mut(|clock| {
        clock.slices += 1;
        let step = clock.step.unwrap_or(limit);
        (clock.now.saturating_add(step.min(limit)), step >= limit)
    });
    while let Some(act) = next_until(until) {
        act();
    }
    pass_until(until);
    is_over
}

/// The next act that is due, if it is not later than `until`.
fn next_until(until: Duration) -> Option<Act> {
    CLOCK.with_borrow_mut(|clock| {
        let (time, _) = clock.due.first()?;
        if *time > until {
            return None;
        }
        let (time, act) = clock.due.remove(0);
        clock.now = clock.now.max(time);
        Some(act)
    })
}

/// The clock's time at the beginning of a run. It is not zero, so a limit of [`Duration::MAX`]
/// cannot be added to any time, as with std's clock.
const BEGIN: Duration = Duration::from_secs(1);

/// The last second that a time can have, as with std's clock, which counts in an `i64`.
const LAST_SECOND: u64 = i64::MAX.cast_unsigned();

/// A time of an explored run: [`std::time::Instant`]'s stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    /// The current time of the run.
    #[must_use]
    pub fn now() -> Self {
        Self(BEGIN + now())
    }

    /// The time from this one until now.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Self::now().saturating_duration_since(*self)
    }

    /// The time from the earlier one to this one; zero when this one is earlier.
    #[must_use]
    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// The time from the earlier one to this one; zero when this one is earlier.
    #[must_use]
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// The time from the earlier one to this one; `None` when this one is earlier.
    #[must_use]
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// This time plus a duration; `None` when that cannot be expressed.
    #[must_use]
    pub fn checked_add(&self, duration: Duration) -> Option<Self> {
        let sum = self.0.checked_add(duration)?;
        (sum.as_secs() <= LAST_SECOND).then_some(Self(sum))
    }

    /// This time minus a duration; `None` when that is before the clock begins.
    #[must_use]
    pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(duration).map(Self)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let sum = self.checked_add(duration);
        sum.expect("overflow when adding duration to instant")
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        self.0 -= duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0 - duration)
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.saturating_duration_since(earlier)
    }
}
