//! The most permits, the longest limits, more waiting threads than in the other stories, and two semaphores.

use std::time::Duration;

use check::{explored, explored_briefly};
use explore::{FIVE_YEARS, at, now, tell, time_jumps_and_stops, time_passes, together};
use sync::{BoundedSemaphore, Semaphore};

use crate::in_time::SHORT;
use crate::stories::expect_left;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

/// No permit, and as many as can be counted.
pub(crate) fn most_permits() {
    explored(|| {
        let none = BoundedSemaphore::named("permits", 0);
        assert!(
            none.release().is_err(),
            "there may be 0 permits, but release added one"
        );
        assert!(
            !none.try_acquire(),
            "there may be 0 permits, but try_acquire returned true"
        );
        let all = BoundedSemaphore::named("permits", usize::MAX);
        let too_many = "there are usize::MAX permits, but release added one more";
        assert!(all.release().is_err(), "{too_many}");
        all.acquire();
        assert!(
            all.release().is_ok(),
            "one of usize::MAX permits was taken, but release refused it"
        );
        assert!(all.release().is_err(), "{too_many}");
        let unbounded = Semaphore::named("permits", usize::MAX);
        unbounded.release();
        assert!(
            unbounded.try_acquire(),
            "there are usize::MAX permits and one was released, but then try_acquire returned false"
        );
    });
}

/// As many threads wait as permits are released.
pub(crate) fn twenty_threads() {
    explored_briefly(|| {
        let semaphore = Semaphore::named("permits", 0);
        let take = || semaphore.acquire();
        let give = || (0..20).for_each(|_| semaphore.release());
        let mut threads: Vec<&(dyn Fn() + Sync)> = vec![&take; 20];
        threads.push(&give);
        together(&threads);
        expect_left(&semaphore, 0);
    });
}

/// Neither limit can be added to a time.
pub(crate) fn longest_limits() {
    fn ends_at_a_permit(limit: Duration, name: &str) {
        let semaphore = Semaphore::named("permits", 0);
        let wait = || {
            tell!("waits for {name} at most");
            let got = semaphore.acquire_timeout(limit);
            assert!(
                got,
                "a permit came, but acquire_timeout({name}) returned false"
            );
        };
        together(&[&wait, &|| semaphore.release()]);
        expect_left(&semaphore, 0);
    }
    explored(|| ends_at_a_permit(Duration::MAX, "Duration::MAX"));
    explored(|| ends_at_a_permit(Duration::MAX / 2, "Duration::MAX / 2"));
}

/// A permit comes after many days, but long before the limit.
pub(crate) fn late_permits() {
    fn ends_after(time: Duration, limit: Duration, name: &str) {
        time_passes(2 * SHORT);
        at(SHORT, move || time_jumps_and_stops(time));
        let semaphore = Semaphore::named("permits", 0);
        let wait = || {
            let got = semaphore.acquire_timeout(limit);
            assert!(
                got,
                "no permit came, and acquire_timeout({name}) gave up after {:?}",
                now()
            );
        };
        together(&[&wait, &|| semaphore.release()]);
    }
    explored(|| ends_after(10 * DAY, 20 * DAY, "20 days"));
    explored(|| ends_after(FIVE_YEARS, Duration::MAX, "Duration::MAX"));
    explored(|| ends_after(FIVE_YEARS, Duration::MAX / 2, "Duration::MAX / 2"));
}

pub(crate) fn two() {
    explored(|| {
        let [a, b] = ["A", "B"].map(|name| Semaphore::named(name, 0));
        let first = || a.acquire();
        let second = || {
            b.acquire();
            a.release();
        };
        together(&[&first, &second, &|| b.release()]);
        expect_left(&a, 0);
        expect_left(&b, 0);
    });
}
