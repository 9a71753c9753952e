//! A waiter that is killed after it was woken, before it has the lock, does not keep it from others.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use common::Trace;
use ipc_shared::{Lock, LockGuard, Value};
use lesson_test::{
    begin_steps, end_steps, kill_everywhere, kill_now, run_until_asleep, step_on, until_asleep,
};
use multiprocess::Process;

lesson_test::forking_tests![within 60;
    a_waiter_killed_at_any_instruction_after_its_wake_up_and_a_lock_taken_meanwhile,
    a_waiter_with_a_limit_takes_a_free_lock_for_which_it_was_not_woken,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The minimum number of kills for each case.
const KILLS: usize = 15;

/// The code of a process that waits for the lock, and always comes to the end of its wait.
type Waiter = fn(&Lock, &Value<u32>);

fn forever(_lock: &Lock, value: &Value<u32>) {
    value.update(|value| *value += 1).unwrap();
}

fn with_a_limit(lock: &Lock, value: &Value<u32>) {
    let mut held = lock.acquire_timeout(LIMIT).unwrap();
    *value.under(&mut held) += 1;
}

/// A held lock, the number that it guards, and two processes that wait for it: the first can be
/// stepped through, the other is queued after it.
struct Waiting {
    lock: Lock,
    value: Value<u32>,
    victim: Process<()>,
    next: Process<()>,
}

fn two_waiters(waiter: Waiter) -> Waiting {
    let lock = Lock::without_poison(Trace::named("lock")).unwrap();
    let value = Value::with_lock(&lock, 0).unwrap();
    let held = lock.acquire().unwrap();
    let childs = (lock.clone(), value.clone());
    let victim = Process::start("victim", move || {
        begin_steps();
        waiter(&childs.0, &childs.1);
        end_steps();
    })
    .unwrap();
    run_until_asleep(victim.pid());
    let childs = (lock.clone(), value.clone());
    let next = Process::start("next", move || waiter(&childs.0, &childs.1)).unwrap();
    until_asleep(next.pid());
    drop(held);
    Waiting {
        lock,
        value,
        victim,
        next,
    }
}

/// Kills the first waiter `steps` steps after it was woken, while the test holds the lock again, if
/// it was free. Returns whether the waiter had already ended.
fn kill_woken(steps: usize, waiter: Waiter) -> bool {
    let Waiting {
        lock,
        value,
        victim,
        mut next,
    } = two_waiters(waiter);
    let is_over = !step_on(victim.pid(), steps);
    // If the victim holds the lock, the kernel hands it on.
    let held: Option<LockGuard<'_>> = lock.try_acquire().ok();
    assert!(kill_now(victim.pid()));
    drop(victim);
    drop(held);
    let exit = next.wait_timeout(LIMIT).unwrap();
    assert!(exit.is_some(), "hangs {steps} steps after the wake-up");
    next.join().unwrap();
    let counted = value.get().unwrap();
    assert!((1..=2).contains(&counted), "{counted} after {steps} steps");
    is_over
}

fn a_waiter_killed_at_any_instruction_after_its_wake_up_and_a_lock_taken_meanwhile() {
    kill_everywhere(KILLS, |steps| kill_woken(steps, forever));
}

fn a_waiter_with_a_limit_takes_a_free_lock_for_which_it_was_not_woken() {
    kill_woken(0, with_a_limit);
}
