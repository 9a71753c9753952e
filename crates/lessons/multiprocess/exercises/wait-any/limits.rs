//! A wait with a limit gives up at the limit: not before, not much later, and only once.

use std::thread;
use std::time::{Duration, Instant};

use check::{expect_in_time, use_of};
use multiprocess::{Zygote, wait_any};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::show_question;
use crate::told::Told;

/// Limits, in microseconds.
const LIMITS: [u64; 5] = [0, 300, 1_700, 40_000, 200_000];
/// How much later than its limit a call may return: less than a slice that does not end at the limit.
const MOST_LATE: Duration = Duration::from_millis(100);

pub(crate) fn deadline() {
    let mut told = Told::new(3);
    let before = descriptors();
    for limit in LIMITS.map(Duration::from_micros) {
        show_question(&format!("three processes ran, with the limit {limit:?}"));
        let _took = gives_up_after(&mut told, limit);
    }
    assert_eq!(
        descriptors(),
        before,
        "the number of open descriptors of this process after the calls, which should be what it was before"
    );
}

/// On a busy machine a call may return late, so it is enough if one of three returns in time.
pub(crate) fn in_time() {
    let mut told = Told::new(3);
    for limit in LIMITS.map(Duration::from_micros) {
        let is_in_time = (0..3).any(|_| gives_up_after(&mut told, limit) < limit + MOST_LATE);
        expect_in_time(is_in_time, || {
            format!(
                "In each of three calls with the limit {limit:?}, it gave up more than {MOST_LATE:?} after its \
                 limit: the last wait should end at the limit."
            )
        });
    }
}

/// The duration of a call with this limit.
fn gives_up_after(told: &mut Told, limit: Duration) -> Duration {
    let begin = Instant::now();
    let waited = told.any(limit);
    let took = begin.elapsed();
    assert_eq!(waited, None, "three processes run");
    assert!(
        took >= limit,
        "the limit was {limit:?}, but it gave up after {took:?}"
    );
    took
}

/// The number of open descriptors of this process. Source: `proc_pid_fd(5)`.
fn descriptors() -> usize {
    let open = std::fs::read_dir("/proc/self/fd").expect("the kernel reports them");
    open.count()
}

/// A child reports its result when half of the limit is over, and its end is known only after the whole
/// limit, because its zygote is stopped until then. On a busy machine the end may come in time, so it is
/// enough if the call gives up in one run of several.
pub(crate) fn anew() {
    for millis in [200, 400, 800] {
        let limit = Duration::from_millis(2 * millis);
        let half = limit / 2;
        let zygote = Zygote::start("zygote", |millis: u64| {
            thread::sleep(Duration::from_millis(millis));
        });
        let zygote = zygote.expect("a zygote starts");
        let mut child = zygote.spawn("child", &millis).expect("the zygote forks");
        let pid = Pid::from_raw(zygote.pid().cast_signed());
        // The child may still need its zygote when it begins.
        thread::sleep(Duration::from_millis(20));
        kill(pid, Signal::SIGSTOP).expect("it is a child");
        let (waited, used) = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(limit + half / 2);
                kill(pid, Signal::SIGCONT).expect("it is a child");
            });
            use_of(|| wait_any(&mut [&mut child], limit))
        });
        expect_in_time(used.cpu < limit / 20, || {
            format!(
                "When half of its limit of {limit:?} was over, a process that had not ended woke it. Then it \
                 used the processor for {:?}: it polls, instead of waiting for the end.",
                used.cpu
            )
        });
        if waited.expect("no error of the system").is_none() {
            return;
        }
    }
    expect_in_time(false, || {
        "In each of three runs, a process that had not ended woke it when half of its limit was over. Then \
         it waited for an end that came after the limit: a wake-up should not start the limit again."
            .to_owned()
    });
}
