//! A thousand processes, killed at random moments while they put or get.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ipc_queue::{GetError, Receiver, Sender, unbounded};
use ipc_shared::AtomicValue;
use lesson_test::{Seeded, assert_no_named_memory, rounds};
use multiprocess::Process;

lesson_test::forking_tests![within 60;
    a_writer_killed_at_random_loses_and_tears_nothing,
    a_reader_killed_at_random_loses_at_most_what_it_had_in_hand,
];

/// A process that takes longer than this counts as hung.
const LIMIT: Duration = Duration::from_secs(20);

/// The number of kills for each side.
const KILLS: usize = 500;

/// The latest moment of a kill.
const LATEST_KILL: Duration = Duration::from_millis(3);

/// The number of the writer, the number of the item, and a body.
type Item = (u8, u64, Vec<u8>);

/// Returns an item that can be checked, short or long.
fn item(writer: u8, number: u64) -> Item {
    let lengths = [0, 5, 16, 100, 1000, 4091, 70_000];
    let len = lengths[usize::try_from(number).unwrap() % lengths.len()];
    let body = vec![number.to_le_bytes()[0] ^ writer; len];
    (writer, number, body)
}

fn counter() -> AtomicValue<AtomicU64> {
    AtomicValue::new(AtomicU64::new(0)).unwrap()
}

/// Starts a process that puts items until `stop` is set (0: forever), counts those that `put` has
/// acknowledged, and returns their number.
fn start_writer(
    writer: u8,
    sender: Sender<Item>,
    count: AtomicValue<AtomicU64>,
    stop: AtomicValue<AtomicU64>,
) -> Process<u64> {
    let put = move || {
        for number in 0.. {
            if stop.load(Ordering::Relaxed) != 0 {
                return number;
            }
            sender.put(item(writer, number)).unwrap();
            count.store(number + 1, Ordering::Relaxed);
        }
        unreachable!("numbers do not end")
    };
    Process::start("writer", put).unwrap()
}

/// Gets all items until the end, and returns the numbers of each writer's items. In between, at
/// `kill_at`, it kills the victim and stops the writers.
fn get_all<T: common::Message>(
    receiver: &Receiver<Item>,
    victim: &Process<T>,
    kill_at: Instant,
    stop: &AtomicU64,
) -> [Vec<u64>; 2] {
    let mut got = [vec![], vec![]];
    loop {
        if Instant::now() >= kill_at {
            victim.kill().unwrap(); // by the second call it is already dead
            stop.store(1, Ordering::Relaxed);
        }
        match receiver.get_timeout(LIMIT) {
            Ok((writer, number, body)) => {
                assert!((writer, number, body) == item(writer, number), "torn");
                got[usize::from(writer)].push(number);
            }
            Err(GetError::Disconnected) => return got,
            Err(error) => panic!("{error}"),
        }
        assert!(kill_at.elapsed() < LIMIT, "no end");
    }
}

fn a_writer_killed_at_random_loses_and_tears_nothing() {
    let mut seeded = Seeded::new(1);
    for _ in 0..rounds(KILLS) {
        let (sender, receiver) = unbounded().unwrap();
        assert_no_named_memory();
        let (put, stop) = (counter(), counter());
        let other = start_writer(0, sender.try_clone().unwrap(), counter(), stop.clone());
        let victim = start_writer(1, sender, put.clone(), stop.clone());
        let kill_at = Instant::now() + seeded.duration_below(LATEST_KILL);
        let [others, victims] = get_all(&receiver, &victim, kill_at, &stop);
        assert!(others.into_iter().eq(0..other.join().unwrap()));
        // One more may have arrived, whose `put` did not return.
        let (put, got) = (put.load(Ordering::Relaxed), victims.len() as u64);
        assert!((put..=put + 1).contains(&got), "{put} {got}");
        assert!(victims.into_iter().eq(0..got), "out of order");
        drop(victim);
    }
}

fn a_reader_killed_at_random_loses_at_most_what_it_had_in_hand() {
    let mut seeded = Seeded::new(1);
    for _ in 0..rounds(KILLS) {
        let (sender, receiver) = unbounded::<Item>().unwrap();
        assert_no_named_memory();
        let (got, torn, stop) = (counter(), counter(), counter());
        let childs = (receiver.try_clone().unwrap(), got.clone(), torn.clone());
        let victim = Process::start("reader", move || {
            let (receiver, got, torn) = childs;
            for whole in receiver.iter().map(Result::unwrap) {
                if whole != item(whole.0, whole.1) {
                    torn.store(1, Ordering::Relaxed);
                }
                got.fetch_add(1, Ordering::Relaxed);
            }
        })
        .unwrap();
        let writer = start_writer(0, sender, counter(), stop.clone());
        let kill_at = Instant::now() + seeded.duration_below(LATEST_KILL);
        let [ours, _] = get_all(&receiver, &victim, kill_at, &stop);
        assert!(ours.is_sorted_by(|one, next| one < next), "out of order");
        assert_eq!(torn.load(Ordering::Relaxed), 0);
        let (put, got) = (writer.join().unwrap(), got.load(Ordering::Relaxed));
        let in_hand = put - got - ours.len() as u64;
        assert!(in_hand <= 1, "{in_hand} of {put} are lost");
        drop(victim);
    }
}
