//! A future that is ready at the very end still counts, and after a timeout nothing is left behind.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use check::{Check, Fault, Verdict, expect_in_time, fault, main as judge, use_of};
use coroutines::{TimedOut, run, spawn, timeout, yield_now};

mod asks;
mod busy;
mod left;

fn main() -> ExitCode {
    let checks = [
        Check::new("value", "it returns the value of a ready future", value),
        Check::new("waits", "other tasks can run while it waits", waits),
        Check::new("over", "it gives up when the time is over", over),
        Check::new("woken", "it goes on when the value is there", woken),
        Check::new(
            "end",
            "a future that is ready at the very end still counts",
            end,
        ),
        Check::new("panic", "a panic of the future is no timeout", panic),
        Check::new(
            "dropped",
            "when a wait has ended, its future, its timer and its threads are gone",
            left::dropped,
        ),
        Check::new("asks", "it sleeps until something happens", asks::asks),
        Check::new("tasks", "the waits of tasks work with it", tasks),
        Check::new(
            "busy",
            "a future that wakes itself at each poll is given up, too",
            busy::busy,
        ),
    ];
    judge(
        "coroutines/timeout",
        &checks.map(|check| check.within(LIMIT)),
    )
}

/// The limit of each check: a body may block its thread forever.
const LIMIT: Duration = Duration::from_secs(10);
const AN_HOUR: Duration = Duration::from_secs(3600);
/// How long a wake-up that should come at once may take.
const SOON: Duration = Duration::from_secs(5);

/// A future that becomes ready when the check says so, and that records polls, waker and drop.
#[derive(Clone, Default)]
struct Told(Rc<Telling>);

#[derive(Default)]
struct Telling {
    value: Cell<Option<u32>>,
    polls: Cell<usize>,
    is_dropped: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Told {
    /// The future itself.
    fn future(&self) -> impl Future<Output = u32> + use<> {
        struct Telltale(Told);
        impl Future for Telltale {
            type Output = u32;
            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
                let Told(telling) = &self.0;
                telling.polls.update(|polls| polls + 1);
                telling.waker.replace(Some(context.waker().clone()));
                telling.value.get().map_or(Poll::Pending, Poll::Ready)
            }
        }
        impl Drop for Telltale {
            fn drop(&mut self) {
                let Told(telling) = &self.0;
                telling.is_dropped.set(true);
            }
        }
        Telltale(self.clone())
    }

    fn becomes(&self, value: u32) {
        self.0.value.set(Some(value));
        let Some(waker) = self.0.waker.take() else {
            fault("The future was not polled, so it cannot be known whether it is ready.");
        };
        waker.wake();
    }
}

/// Counts the calls of a waker.
#[derive(Default)]
struct Calls {
    count: Mutex<usize>,
    called: Condvar,
}

impl Wake for Calls {
    fn wake(self: Arc<Self>) {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.called.notify_all();
    }
}

impl Calls {
    /// Waits until the waker has been called since the last time, up to `limit`; returns whether it was.
    fn come(&self, limit: Duration) -> bool {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let none = |count: &mut usize| *count == 0;
        let waited = self.called.wait_timeout_while(count, limit, none);
        let (mut count, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *count) > 0
    }
}

type Timed = Poll<Result<u32, TimedOut>>;

fn poll(
    future: Pin<&mut impl Future<Output = Result<u32, TimedOut>>>,
    calls: &Arc<Calls>,
) -> Timed {
    let waker = Waker::from(Arc::clone(calls));
    future.poll(&mut Context::from_waker(&waker))
}

/// Polls the future each time `calls` is woken, until it ends. Returns the number of polls, and the result.
/// `not_woken` is the fault when it is not woken within `limit` and a while more.
fn to_the_end(
    mut future: Pin<&mut impl Future<Output = Result<u32, TimedOut>>>,
    calls: &Arc<Calls>,
    limit: Duration,
    not_woken: &str,
) -> (usize, Result<u32, TimedOut>) {
    let mut polls = 1;
    loop {
        if let Poll::Ready(ended) = poll(future.as_mut(), calls) {
            return (polls, ended);
        }
        if !calls.come(limit + SOON) {
            Fault::of(Verdict::Deadlock, not_woken).raise();
        }
        polls += 1;
    }
}

/// Polls a timeout of a future that is never ready until it gives up; see `to_the_end`.
fn given_up(told: &Told, limit: Duration) -> (usize, Result<u32, TimedOut>) {
    let not_woken = "The time is over, but nothing wakes the task: it would wait forever.";
    let waiting = pin!(timeout(limit, told.future()));
    to_the_end(waiting, &Arc::default(), limit, not_woken)
}

fn value() {
    let word = String::from("borrowed");
    let borrows = async { word.len().try_into().unwrap_or_default() };
    let (_, ended) = to_the_end(
        pin!(timeout(AN_HOUR, borrows)),
        &Arc::default(),
        Duration::ZERO,
        "The future is ready at once, but the task waits all the same.",
    );
    assert_eq!(
        ended,
        Ok(8),
        "a limit of an hour, and a future that is ready at once"
    );
}

fn waits() {
    returns_before_the_limit();
    let its_polls = (0..POLLS).map(|_| sleeps_in_the_first_poll()).min();
    expect_in_time(its_polls == Some(0), || {
        "The first poll sleeps for some time, or waits for something: until then the thread is blocked, and no \
         other task can run."
            .to_owned()
    });
}

/// How often to poll a new wait: on a busy machine a thread may have to wait for a lock now and then.
const POLLS: usize = 10;

/// How often the thread goes to sleep in the first poll of a wait.
fn sleeps_in_the_first_poll() -> u64 {
    let mut waiting = pin!(timeout(AN_HOUR, Told::default().future()));
    let (polled, used) = use_of(|| poll(waiting.as_mut(), &Arc::default()));
    assert_eq!(polled, Poll::Pending, "an hour has just begun");
    used.sleeps
}

/// A busy machine may pause between two steps, but not for so long three times.
fn returns_before_the_limit() {
    for limit in [200, 1000, 3000].map(Duration::from_millis) {
        let begin = Instant::now();
        let mut waiting = pin!(timeout(limit, Told::default().future()));
        match poll(waiting.as_mut(), &Arc::default()) {
            Poll::Pending => return,
            Poll::Ready(Err(_)) if begin.elapsed() < limit => {
                fault(format!("The limit is {limit:?}, but it gives up before."))
            }
            Poll::Ready(Err(_)) => {}
            Poll::Ready(Ok(_)) => fault("It returns a value, but the future has none."),
        }
    }
    expect_in_time(false, || {
        "The first poll does not return before the time is over: until then the thread is blocked, and \
         no other task can run."
            .to_owned()
    });
}

fn over() {
    for millis in [0, 1, 50, 300] {
        let limit = Duration::from_millis(millis);
        let mut longer = pin!(timeout(AN_HOUR, Told::default().future()));
        let no_task = Arc::default();
        let its = poll(longer.as_mut(), &no_task);
        assert_eq!(its, Poll::Pending, "an hour has just begun");
        let begin = Instant::now();
        let (_, ended) = given_up(&Told::default(), limit);
        let took = begin.elapsed();
        assert_eq!(
            ended,
            Err(TimedOut { limit }),
            "after {limit:?}, a future that is never ready"
        );
        assert!(
            took >= limit,
            "the limit was {limit:?}, but it gave up after {took:?}"
        );
        let its = poll(longer.as_mut(), &no_task);
        assert_eq!(
            its,
            Poll::Pending,
            "{limit:?} are over, but an hour that began before is not"
        );
    }
    over_in_another_task();
}

/// After the first poll another task polls: it has to be woken when the time is over. A busy machine may
/// pause between the two polls, but not for so long three times.
fn over_in_another_task() {
    let not_woken = "One task has polled the wait, and then another one. Now the time is over, but the task that \
                     has polled last is not woken: it would wait forever.";
    for limit in [100, 1000, 3000].map(Duration::from_millis) {
        let mut waiting = pin!(timeout(limit, Told::default().future()));
        if poll(waiting.as_mut(), &Arc::default()).is_ready() {
            continue;
        }
        let (polls, ended) = to_the_end(waiting, &Arc::default(), limit, not_woken);
        assert_eq!(
            ended,
            Err(TimedOut { limit }),
            "after {limit:?}, a future that is never ready, polled by two tasks"
        );
        if polls > 1 {
            return;
        }
    }
}

fn woken() {
    woken_within(AN_HOUR);
    // The timer of this limit never fires.
    woken_within(Duration::MAX);
}

fn woken_within(limit: Duration) {
    let told = Told::default();
    let mut waiting = pin!(timeout(limit, told.future()));
    let [first, second] = [(); 2].map(|()| Arc::new(Calls::default()));
    // Each poll may come from another task: the last one has to be woken.
    for calls in [&first, &second] {
        let polled = poll(waiting.as_mut(), calls);
        assert_eq!(
            polled,
            Poll::Pending,
            "a limit of {limit:?}, and a future that is not ready"
        );
    }
    second.come(Duration::ZERO);
    told.becomes(7);
    if !second.come(SOON) {
        let said =
            "The future calls the waker of its last poll, but the waiting task is not woken.";
        Fault::of(Verdict::Deadlock, said).raise();
    }
    let polled = poll(waiting.as_mut(), &second);
    assert_eq!(polled, Poll::Ready(Ok(7)), "the future is ready, with 7");
}

fn end() {
    // Often enough, in case chance decides between the two.
    for _ in 0..40 {
        let timed = run(timeout(Duration::ZERO, async { 3 }));
        assert_eq!(
            timed,
            Ok(3),
            "the time is 0, and the future is ready at once"
        );
    }
    for _ in 0..10 {
        let limit = Duration::from_millis(20);
        let told = Told::default();
        let mut waiting = pin!(timeout(limit, told.future()));
        let calls = Arc::default();
        if poll(waiting.as_mut(), &calls).is_ready() {
            // The machine has paused for so long that the time is over.
            continue;
        }
        thread::sleep(2 * limit);
        told.becomes(4);
        let polled = poll(waiting.as_mut(), &calls);
        assert_eq!(
            polled,
            Poll::Ready(Ok(4)),
            "the future became ready when the time was over, but before the next poll"
        );
    }
}

/// A future that panics at its first poll, and one that does so when it is woken.
fn panic() {
    for turns in [0, 1] {
        let panics = async move {
            for _ in 0..turns {
                yield_now().await;
            }
            panic!("{PANIC}")
        };
        let waits = || run(timeout(AN_HOUR, panics));
        let timed: Result<Result<u32, TimedOut>, _> = catch_unwind(AssertUnwindSafe(waits));
        let message = timed.map_err(|panic| panic.downcast_ref::<String>().cloned());
        assert_eq!(
            message,
            Err(Some(PANIC.to_owned())),
            "the future panics with {PANIC:?}, after {turns} turns, and the wait should panic with it, too"
        );
    }
}

const PANIC: &str = "on purpose";

/// As the waits of tasks use it, with their own clock.
fn tasks() {
    let turns = Rc::new(Cell::new(0));
    let its = Rc::clone(&turns);
    run(async {
        let mut busy = spawn("busy", async move {
            loop {
                its.update(|turns| turns + 1);
                yield_now().await;
            }
        });
        let limit = Duration::from_millis(50);
        assert!(
            !busy.join_timeout(limit).await,
            "a task that does not end was joined"
        );
        let before = turns.get();
        assert!(before > 0, "the task did not run while it was waited for");
        while turns.get() < before + 3 {
            yield_now().await;
        }
        busy.kill().await;
        let mut quick = spawn("quick", async { 9 });
        assert_eq!(quick.get_timeout(AN_HOUR).await, Ok(Ok(&9)));
    });
}
