//! Workers that wait for a task, and are killed meanwhile.

use std::thread::sleep;
use std::time::Duration;

use check::Recorded;
use common::Stat;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use pool::Pool;

use crate::kills::has_died;
use crate::{join, pool, result, submit};

/// A worker that is killed while it has nothing to do is always replaced; only a worker that dies before
/// it can take a task counts as one that cannot live, and the tenth of these would be the last.
pub(crate) fn ready() {
    let recorded = Recorded::begin();
    let pool = pool(1, |number: u32| number);
    let mut killed = 0;
    for number in 1..=10 {
        recorded.expect_waits(&format!("worker {number}"));
        killed = next_worker(&pool, killed);
        send(killed, Signal::SIGKILL);
    }
    let value = result(
        submit(&pool, 7),
        "after ten workers without a task were killed",
    );
    assert_eq!(
        value.ok(),
        Some(7),
        "the value of a task after ten workers were killed that had nothing to do: a worker that has \
         shown that it is ready is replaced each time"
    );
    join(pool);
}

/// The only worker, when the pool knows that it is another one than the last.
fn next_worker(pool: &Pool<u32, u32>, last: i32) -> i32 {
    loop {
        match pool.pids()[..] {
            [pid] if pid.cast_signed() != last => return pid.cast_signed(),
            _ => sleep(Duration::from_millis(1)),
        }
    }
}

fn send(pid: i32, signal: Signal) {
    let _gone = kill(Pid::from_raw(pid), signal);
}

/// Stops the process that starts the workers, and returns its pid.
fn stop_supervisor(worker: i32) -> Option<i32> {
    let supervisor = Stat::of(worker)?.parent;
    // A worker without its supervisor is a child of this process.
    let is_here = |pid: &i32| *pid > 1 && pid.cast_unsigned() != common::pid();
    let supervisor = Some(supervisor).filter(is_here)?;
    send(supervisor, Signal::SIGSTOP);
    while Stat::of(supervisor).is_some_and(|stat| !['T', 'Z'].contains(&stat.state)) {
        sleep(Duration::from_millis(1));
    }
    Some(supervisor)
}

/// Each worker does a task, and is killed while it waits for the next one. When the supervisor learns of its
/// death, there is a next one, so only what the worker has shown makes the difference.
pub(crate) fn useful() {
    let recorded = Recorded::begin();
    let pool = pool(1, |number: u32| number);
    let (mut task, mut worker) = (submit(&pool, 0), 0);
    for number in 1..=12 {
        let its = result(task, "after workers were killed that had done a task");
        // The worker may have taken it a moment before it died.
        assert!(
            its == Ok(number - 1) || its.as_ref().is_err_and(has_died),
            "after {} workers were killed that had each done a task, the result of a task is {its:?}: a \
             worker that has answered a task counts as useful, and is replaced",
            number - 1
        );
        recorded.expect_waits(&format!("worker {number}"));
        worker = next_worker(&pool, worker);
        let supervisor = stop_supervisor(worker);
        send(worker, Signal::SIGKILL);
        task = submit(&pool, number);
        if let Some(supervisor) = supervisor {
            send(supervisor, Signal::SIGCONT);
        }
    }
    let _last = result(task, "after the last kill");
    join(pool);
}

pub(crate) fn waits() {
    let recorded = Recorded::begin();
    let pool = pool(1, |number: u32| number);
    recorded.expect_waits("worker 1");
    let value = result(submit(&pool, 3), "after a while without a task");
    assert_eq!(value.ok(), Some(3), "the value of a task");
    recorded.expect_waits("worker 1");
    join(pool);
}
