//! Waits with a time limit.

mod limit;

use std::time::{Duration, Instant};

use coroutines::{spawn, timeout};
use limit::{LIMIT, run_within};
use smol::Timer;
use smol::channel;

const SHORT: Duration = Duration::from_millis(100);

/// Row C07.
#[test]
fn c07_join_and_get_give_up_after_their_time_and_the_task_goes_on() {
    run_within(async {
        let (open, gate) = channel::bounded::<()>(1);
        let mut task = spawn("task", async move {
            gate.recv().await.ok();
            7
        });
        let begin = Instant::now();
        assert!(!task.join_timeout(SHORT).await);
        assert!(begin.elapsed() >= SHORT);
        assert_eq!(task.get_timeout(SHORT).await.unwrap_err().limit, SHORT);
        assert_eq!(task.result(), None);
        open.send(()).await.unwrap();
        assert_eq!(task.get_timeout(LIMIT).await, Ok(Ok(&7)));
        assert!(task.join_timeout(LIMIT).await);
        assert_eq!(task.get().await, Ok(7));
    });
}

/// Row C17, which is about a time.
#[test]
fn c17_a_timeout_returns_its_error_in_time_or_the_value_to_use_instead() {
    let begin = Instant::now();
    let an_hour = || Timer::after(Duration::from_secs(3600));
    let timed = run_within(async { timeout(SHORT, async { an_hour().await }).await });
    assert_eq!(timed.map(|_| ()).unwrap_err().limit, SHORT);
    let instead = async {
        timeout(SHORT, async {
            an_hour().await;
            1
        })
        .await
        .unwrap_or(2)
    };
    assert_eq!(run_within(instead), 2);
    let took = begin.elapsed();
    assert!(took >= 2 * SHORT && took < LIMIT, "{took:?}");
}

/// Row C17.
#[test]
fn c17_a_future_done_in_time_returns_its_value_also_without_any_time() {
    assert_eq!(run_within(timeout(SHORT, async { 3 })), Ok(3));
    assert_eq!(run_within(timeout(Duration::ZERO, async { 3 })), Ok(3));
}
