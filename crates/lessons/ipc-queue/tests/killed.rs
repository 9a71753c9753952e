//! A process killed at any instruction of `put` or `get` makes no other hang and tears no item.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::{Duration, Instant};

use ipc_queue::{Receiver, Sender, unbounded};
use lesson_test::{begin_steps, end_steps, kill_after, kill_everywhere};
use multiprocess::Process;

lesson_test::forking_tests![within 120;
    a_process_killed_at_any_instruction_of_put,
    a_process_killed_at_any_instruction_of_get,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The minimum number of kills for each call.
const KILLS: usize = 300;

type Ends = (Sender<u64>, Receiver<u64>);

/// Runs `victim` in a process of its own up to some instruction, and kills it there. Then calls
/// `check` with the queue, and with whether the victim's call had returned.
fn kill_at(steps: usize, victim: fn(&Ends), check: fn(&Ends, bool)) -> bool {
    let ends = unbounded().unwrap();
    let childs = (ends.0.try_clone().unwrap(), ends.1.try_clone().unwrap());
    let child = Process::start("victim", move || {
        // One round before the steps, so that work of the first call only is over.
        childs.0.put(1).unwrap();
        childs.1.get().unwrap();
        childs.0.put(2).unwrap();
        begin_steps();
        victim(&childs);
        end_steps();
    })
    .unwrap();
    let is_over = !kill_after(child.pid(), steps);
    drop(child);
    let asked = Instant::now();
    check(&ends, is_over);
    assert!(asked.elapsed() < LIMIT, "after {steps} steps");
    is_over
}

fn a_process_killed_at_any_instruction_of_put() {
    let put = |ends: &Ends| ends.0.put(7).unwrap();
    let check = |(sender, receiver): &Ends, is_over: bool| {
        sender.put_timeout(8, LIMIT).unwrap();
        assert_eq!(receiver.get_timeout(LIMIT).unwrap(), 2);
        match receiver.get_timeout(LIMIT).unwrap() {
            7 => assert_eq!(receiver.get_timeout(LIMIT).unwrap(), 8),
            next => assert!(next == 8 && !is_over, "{next}"),
        }
        assert!(receiver.is_empty());
    };
    kill_everywhere(KILLS, |steps| kill_at(steps, put, check));
}

fn a_process_killed_at_any_instruction_of_get() {
    let get = |ends: &Ends| assert_eq!(ends.1.get().unwrap(), 2);
    let check = |(sender, receiver): &Ends, is_over: bool| {
        sender.put_timeout(8, LIMIT).unwrap();
        match receiver.get_timeout(LIMIT).unwrap() {
            2 => assert!(!is_over && receiver.get_timeout(LIMIT).unwrap() == 8),
            next => assert_eq!(next, 8),
        }
        assert!(receiver.is_empty());
    };
    kill_everywhere(KILLS, |steps| kill_at(steps, get, check));
}
