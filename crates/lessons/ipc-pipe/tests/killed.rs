//! A process killed at any instruction of `send` or `recv` makes no other hang and tears no message.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use ipc_pipe::{RecvError, SendError, pipe};
use lesson_test::{begin_steps, end_steps, kill_after, kill_everywhere};
use multiprocess::Process;

lesson_test::forking_tests![within 120;
    a_process_killed_at_any_instruction_of_send,
    a_process_killed_at_any_instruction_of_recv,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The minimum number of kills for each call.
const KILLS: usize = 300;

fn a_process_killed_at_any_instruction_of_send() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = pipe::<Vec<u64>>().unwrap();
        let child = Process::start("victim", move || {
            sender.send(vec![1; 3]).unwrap();
            begin_steps();
            sender.send(vec![2; 3]).unwrap();
            end_steps();
        })
        .unwrap();
        let is_over = !kill_after(child.pid(), steps);
        drop(child);
        assert_eq!(receiver.recv_timeout(LIMIT).unwrap(), [1; 3]);
        match receiver.recv_timeout(LIMIT) {
            Ok(message) => assert_eq!(message, [2; 3]),
            Err(RecvError::Disconnected) => assert!(!is_over, "what was sent is lost"),
            Err(error) => panic!("{error} after {steps} steps"),
        }
        let end = receiver.recv_timeout(LIMIT);
        assert!(matches!(end, Err(RecvError::Disconnected)), "{end:?}");
        is_over
    });
}

fn a_process_killed_at_any_instruction_of_recv() {
    kill_everywhere(KILLS, |steps| {
        let (sender, receiver) = pipe::<u64>().unwrap();
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        let child = Process::start("victim", move || {
            receiver.recv().unwrap();
            begin_steps();
            assert_eq!(receiver.recv().unwrap(), 2);
            end_steps();
        })
        .unwrap();
        let is_over = !kill_after(child.pid(), steps);
        drop(child);
        // The kernel is asked at each tick of its coarse clock, so a send fails soon.
        let gone = loop {
            match sender.send_timeout(3, LIMIT) {
                Ok(()) => {}
                Err(SendError::Disconnected(message)) => break message,
                Err(error) => panic!("{error} after {steps} steps"),
            }
        };
        assert!(matches!(sender.send(gone), Err(SendError::Disconnected(3))));
        is_over
    });
}
