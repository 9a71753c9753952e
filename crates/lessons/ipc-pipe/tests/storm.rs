//! A thousand processes, killed at random moments while they send or receive.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use child::Shared;
use ipc_pipe::{RecvError, SendError, pipe};
use lesson_test::{Seeded, assert_no_named_memory, rounds};
use multiprocess::Process;

lesson_test::forking_tests![within 60;
    a_sender_killed_at_random_loses_and_tears_nothing,
    a_receiver_killed_at_random_is_noticed_and_tears_nothing,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The number of kills for each side.
const KILLS: usize = 500;

/// The latest moment of a kill: the range is from before the first message to after the ring's end.
const LATEST_KILL: Duration = Duration::from_millis(3);

type Message = (u64, Vec<u8>);

/// Returns a message that can be checked: some are short, some long and in several pieces.
fn message(number: u64) -> Message {
    let lengths = [0, 5, 16, 1000, 4091, 70_000, 300_000];
    let len = lengths[usize::try_from(number).unwrap() % lengths.len()];
    (number, vec![number.to_le_bytes()[0] ^ 0x5a; len])
}

fn counter() -> Arc<Shared<AtomicU64>> {
    Arc::new(Shared::new(AtomicU64::new(0)).unwrap())
}

fn a_sender_killed_at_random_loses_and_tears_nothing() {
    let mut seeded = Seeded::new(1);
    for _ in 0..rounds(KILLS) {
        let (sender, receiver) = pipe::<Message>().unwrap();
        assert_no_named_memory();
        let sent = counter();
        let childs = Arc::clone(&sent);
        let child = Process::start("sender", move || {
            for number in 0.. {
                sender.send(message(number)).unwrap();
                childs.store(number + 1, Ordering::Relaxed);
            }
        })
        .unwrap();
        let kill_at = Instant::now() + seeded.duration_below(LATEST_KILL);
        let mut received = 0;
        loop {
            if Instant::now() >= kill_at {
                child.kill().unwrap(); // by the second call it is already dead
            }
            match receiver.recv_timeout(LIMIT) {
                Ok(whole) => assert!(whole == message(received), "torn or out of order"),
                Err(RecvError::Disconnected) => break,
                Err(error) => panic!("{error}"),
            }
            received += 1;
        }
        // One more may have arrived, whose `send` did not return.
        let sent = sent.load(Ordering::Relaxed);
        assert!((sent..=sent + 1).contains(&received), "{sent} {received}");
        child.join().unwrap_err();
    }
}

fn a_receiver_killed_at_random_is_noticed_and_tears_nothing() {
    let mut seeded = Seeded::new(1);
    for _ in 0..rounds(KILLS) {
        let (sender, receiver) = pipe::<Message>().unwrap();
        assert_no_named_memory();
        let (received, torn) = (counter(), counter());
        let childs = (Arc::clone(&received), Arc::clone(&torn));
        let child = Process::start("receiver", move || {
            for (expected, whole) in (0..).zip(receiver.iter()) {
                if whole.unwrap() != message(expected) {
                    childs.1.store(1, Ordering::Relaxed);
                }
                childs.0.store(expected + 1, Ordering::Relaxed);
            }
        })
        .unwrap();
        let kill_at = Instant::now() + seeded.duration_below(LATEST_KILL);
        let mut sent = 0;
        let back = loop {
            if Instant::now() >= kill_at {
                child.kill().unwrap();
            }
            match sender.send_timeout(message(sent), LIMIT) {
                Ok(()) => sent += 1,
                Err(SendError::Disconnected(back)) => break back,
                Err(error) => panic!("{error}"),
            }
            assert!(kill_at.elapsed() < LIMIT, "the death goes unnoticed");
        };
        assert!(back == message(sent), "the message comes back");
        child.join().unwrap_err();
        assert_eq!(torn.load(Ordering::Relaxed), 0);
        let received = received.load(Ordering::Relaxed);
        assert!(received <= sent + 1, "{sent} {received}");
    }
}
