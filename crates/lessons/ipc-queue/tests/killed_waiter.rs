//! A receiver or a sender that is killed after it was woken, before it has acted on it, leaves no
//! other one asleep.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use ipc_queue::{Receiver, Sender, bounded, unbounded};
use lesson_test::{
    begin_steps, end_steps, kill_everywhere, kill_now, run_until_asleep, step_on, until_asleep,
};
use multiprocess::Process;

lesson_test::forking_tests![within 60;
    a_getter_killed_when_an_item_has_woken_it,
    a_getter_killed_when_the_lock_of_the_getters_has_woken_it,
    a_getter_killed_when_the_death_of_another_one_has_woken_it,
    a_putter_killed_when_room_has_woken_it,
    a_putter_killed_when_the_death_of_another_one_has_woken_it,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(8);

/// The minimum number of kills for each case.
const KILLS: usize = 8;

/// A process that will be stepped through once something wakes it out of `call`.
fn start_victim(call: impl FnOnce() + 'static) -> Process<()> {
    let victim = Process::start("victim", move || {
        begin_steps();
        call();
        end_steps();
    })
    .unwrap();
    run_until_asleep(victim.pid());
    victim
}

/// Starts a process that sleeps in `call`.
fn start_sleeper(call: impl FnOnce() -> u32 + 'static) -> Process<u32> {
    let sleeper = Process::start("sleeper", call).unwrap();
    until_asleep(sleeper.pid());
    sleeper
}

/// Starts a sleeper that gets one item.
fn start_getter(receiver: &Receiver<u32>) -> Process<u32> {
    let receiver = receiver.try_clone().unwrap();
    start_sleeper(move || receiver.get().unwrap())
}

/// Starts a sleeper that puts one item.
fn start_putter(sender: &Sender<u32>, item: u32) -> Process<u32> {
    let sender = sender.try_clone().unwrap();
    start_sleeper(move || sender.put(item).map(|()| item).unwrap())
}

fn getting_victim(receiver: &Receiver<u32>) -> Process<()> {
    let receiver = receiver.try_clone().unwrap();
    start_victim(move || assert!(receiver.get().is_ok()))
}

fn putting_victim(sender: &Sender<u32>, item: u32) -> Process<()> {
    let sender = sender.try_clone().unwrap();
    start_victim(move || sender.put(item).unwrap())
}

fn kill(victim: Process<()>) {
    assert!(kill_now(victim.pid()));
    drop(victim);
}

/// Returns the item that the process after the victim has got or put.
fn item_of(mut next: Process<u32>, steps: usize) -> u32 {
    let exit = next.wait_timeout(LIMIT).unwrap();
    assert!(exit.is_some(), "hangs {steps} steps after the wake-up");
    next.join().unwrap()
}

/// The victim has the receivers' lock and sleeps for an item; the next process waits for the lock.
fn a_getter_killed_when_an_item_has_woken_it() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = unbounded().unwrap();
        let victim = getting_victim(&receiver);
        let next = start_getter(&receiver);
        sender.put(1).unwrap();
        let is_over = !step_on(victim.pid(), steps);
        kill(victim);
        sender.put(2).unwrap();
        let item = item_of(next, steps);
        assert!(item == 2 || (item == 1 && !is_over), "{item}");
        is_over
    });
}

/// Both wait for the lock, which the test itself holds when the victim dies.
fn a_getter_killed_when_the_lock_of_the_getters_has_woken_it() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = unbounded().unwrap();
        (0..5).for_each(|item| sender.put(item).unwrap());
        let mut waiters = None;
        let start = |_: &u32| {
            waiters = Some((getting_victim(&receiver), start_getter(&receiver)));
        };
        receiver.get_with(start).unwrap();
        let (victim, next) = waiters.unwrap();
        let is_over = !step_on(victim.pid(), steps);
        let mut victim = Some(victim);
        if receiver.try_get().is_ok() {
            receiver.get_with(|_| kill(victim.take().unwrap())).unwrap();
        }
        if let Some(victim) = victim {
            kill(victim);
        }
        assert!((1..5).contains(&item_of(next, steps)));
        is_over
    });
}

fn a_getter_killed_when_the_death_of_another_one_has_woken_it() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = unbounded().unwrap();
        let owner = start_getter(&receiver);
        let victim = getting_victim(&receiver);
        let next = start_getter(&receiver);
        assert!(kill_now(owner.pid()));
        drop(owner);
        sender.put(1).unwrap();
        let is_over = !step_on(victim.pid(), steps);
        kill(victim);
        sender.put(2).unwrap();
        let item = item_of(next, steps);
        assert!(item == 2 || (item == 1 && !is_over), "{item}");
        is_over
    });
}

/// The victim has the senders' lock and sleeps for room; the next process waits for the lock.
fn a_putter_killed_when_room_has_woken_it() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = bounded(1).unwrap();
        sender.put(0).unwrap();
        let victim = putting_victim(&sender, 1);
        let next = start_putter(&sender, 2);
        assert_eq!(receiver.get().unwrap(), 0);
        let is_over = !step_on(victim.pid(), steps);
        kill(victim);
        assert_the_rest(&receiver, is_over);
        assert_eq!(item_of(next, steps), 2);
        is_over
    });
}

fn a_putter_killed_when_the_death_of_another_one_has_woken_it() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = bounded(1).unwrap();
        sender.put(0).unwrap();
        let owner = start_putter(&sender, 7);
        let victim = putting_victim(&sender, 1);
        let next = start_putter(&sender, 2);
        assert!(kill_now(owner.pid()));
        drop(owner);
        assert_eq!(receiver.get().unwrap(), 0);
        let is_over = !step_on(victim.pid(), steps);
        kill(victim);
        assert_the_rest(&receiver, is_over);
        assert_eq!(item_of(next, steps), 2);
        is_over
    });
}

/// Checks that the rest is the victim's item, if it was put, and the next process's item.
fn assert_the_rest(receiver: &Receiver<u32>, is_over: bool) {
    match receiver.get_timeout(LIMIT).unwrap() {
        1 => assert_eq!(receiver.get_timeout(LIMIT).unwrap(), 2),
        item => assert!(item == 2 && !is_over, "{item}"),
    }
}
