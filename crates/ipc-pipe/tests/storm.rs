//! A thousand processes, killed at random moments while they send or receive.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ipc_pipe::{RecvTimeoutError, TrySendError, pipe};
use multiprocess::{Process, Shared};

lesson_test::forking_tests![within 60;
    a_sender_killed_at_random_loses_and_tears_nothing,
    a_receiver_killed_at_random_is_noticed_and_tears_nothing,
];

/// Nobody may hang for longer.
const LIMIT: Duration = Duration::from_secs(5);

/// So many kills for each side.
const KILLS: u64 = 500;

type Message = (u64, Vec<u8>);

/// A message that can be checked: short and long ones, some in several pieces.
fn message(number: u64) -> Message {
    let lengths = [0, 5, 16, 1000, 4091, 70_000, 300_000];
    let len = lengths[usize::try_from(number).unwrap() % lengths.len()];
    (number, vec![number.to_le_bytes()[0] ^ 0x5a; len])
}

fn counter() -> Arc<Shared<AtomicU64>> {
    Arc::new(Shared::new(AtomicU64::new(0)).unwrap())
}

/// Moments after a start, the same in every run: from before the first message to after the
/// ring's end.
fn moments() -> impl Iterator<Item = Duration> {
    let mut state = 1_u64;
    (0..KILLS).map(move |_| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        Duration::from_micros((state >> 33) % 3000)
    })
}

fn names_in_dev_shm() -> BTreeSet<String> {
    let entries = fs::read_dir("/dev/shm").unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.collect()
}

/// Other programs may have files there for a while, but not for long.
fn assert_nothing_new_in_dev_shm(before: &BTreeSet<String>) {
    let until = Instant::now() + LIMIT;
    while !names_in_dev_shm().is_subset(before) {
        assert!(Instant::now() < until, "{:?}", names_in_dev_shm());
        thread::sleep(Duration::from_millis(10));
    }
}

fn a_sender_killed_at_random_loses_and_tears_nothing() {
    let before = names_in_dev_shm();
    let mut all = 0;
    for moment in moments() {
        let (sender, receiver) = pipe::<Message>().unwrap();
        let sent = counter();
        let childs = Arc::clone(&sent);
        let child = Process::start("sender", move || {
            for number in 0.. {
                sender.send(message(number)).unwrap();
                childs.store(number + 1, Ordering::Relaxed);
            }
        })
        .unwrap();
        let kill_at = Instant::now() + moment;
        let mut received = 0;
        loop {
            if Instant::now() >= kill_at {
                child.kill().unwrap(); // the second time there is nobody to kill
            }
            match receiver.recv_timeout(LIMIT) {
                Ok(whole) => assert!(whole == message(received), "torn or out of order"),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(error) => panic!("{error}"),
            }
            received += 1;
        }
        // One more may have come, whose `send` did not return.
        let sent = sent.load(Ordering::Relaxed);
        assert!((sent..=sent + 1).contains(&received), "{sent} {received}");
        all += received;
        child.join().unwrap_err();
    }
    assert!(all > 10 * KILLS, "{all}");
    assert_nothing_new_in_dev_shm(&before);
}

fn a_receiver_killed_at_random_is_noticed_and_tears_nothing() {
    let before = names_in_dev_shm();
    let mut all = 0;
    for moment in moments() {
        let (sender, receiver) = pipe::<Message>().unwrap();
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
        let kill_at = Instant::now() + moment;
        let mut sent = 0;
        let back = loop {
            if Instant::now() >= kill_at {
                child.kill().unwrap();
            }
            match sender.send_timeout(message(sent), LIMIT) {
                Ok(()) => sent += 1,
                Err(TrySendError::Disconnected(back)) => break back,
                Err(error) => panic!("{error}"),
            }
            assert!(kill_at.elapsed() < LIMIT, "the death goes unnoticed");
        };
        assert!(back == message(sent), "the message comes back");
        child.join().unwrap_err();
        assert_eq!(torn.load(Ordering::Relaxed), 0);
        let received = received.load(Ordering::Relaxed);
        assert!(received <= sent + 1, "{sent} {received}");
        all += received;
    }
    assert!(all > 10 * KILLS, "{all}");
    assert_nothing_new_in_dev_shm(&before);
}
