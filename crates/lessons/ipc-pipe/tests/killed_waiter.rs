//! A process that is killed after a wake-up, before it has acted on it, leaves no peer hanging.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use ipc_pipe::{RecvError, SendError, pipe};
use lesson_test::{begin_steps, end_steps, kill_everywhere, kill_now, run_until_asleep, step_on};
use multiprocess::Process;

lesson_test::forking_tests![within 60;
    a_receiver_killed_when_a_message_has_woken_it,
    a_sender_killed_when_room_has_woken_it,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The minimum number of kills for each case.
const KILLS: usize = 15;

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

/// Kills the victim `steps` steps after its wake-up; returns whether its call had already returned.
fn kill_woken(victim: Process<()>, steps: usize) -> bool {
    let is_over = !step_on(victim.pid(), steps);
    assert!(kill_now(victim.pid()));
    drop(victim);
    is_over
}

fn a_receiver_killed_when_a_message_has_woken_it() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = pipe::<u32>().unwrap();
        let victim = start_victim(move || assert_eq!(receiver.recv().unwrap(), 1));
        sender.send(1).unwrap();
        let is_over = kill_woken(victim, steps);
        // The kernel is asked at each tick of its coarse clock, so a send fails soon.
        loop {
            match sender.send_timeout(2, LIMIT) {
                Ok(()) => {}
                Err(SendError::Disconnected(2)) => break,
                Err(error) => panic!("{error} after {steps} steps"),
            }
        }
        is_over
    });
}

fn a_sender_killed_when_room_has_woken_it() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = pipe::<Vec<u8>>().unwrap();
        let fill = |len| (0..).find(|_| sender.try_send(vec![1; len]).is_err());
        let full = fill(50_000).unwrap() + fill(1).unwrap();
        let victim = start_victim(move || sender.send(vec![2; 3]).unwrap());
        for _ in 0..full {
            assert_eq!(receiver.recv_timeout(LIMIT).unwrap()[0], 1);
        }
        let is_over = kill_woken(victim, steps);
        match receiver.recv_timeout(LIMIT) {
            Ok(message) => assert_eq!(message, [2; 3]),
            Err(RecvError::Disconnected) => assert!(!is_over, "what was sent is lost"),
            Err(error) => panic!("{error} after {steps} steps"),
        }
        is_over
    });
}
