//! Pipes that are full, cut off, shared or long. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use ipc_pipe::{BufferTooShort, RecvError, SendError, byte_pipe, duplex, pipe, wait_any};
use lesson_test::{Even, peak_kib, with_limit};
use multiprocess::Process;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{Resource, UsageWho, getrusage};
use nix::unistd::Pid;
use ring::{Patience, WriteError, ring};

lesson_test::forking_tests![
    x01_a_message_without_bytes_comes_back,
    x02_a_full_pipe_returns_the_message,
    x18_an_end_that_the_parent_kept_is_refused_in_the_child,
    a_message_given_up_half_way_is_skipped,
    an_iterator_that_has_ended_receives_nothing_more,
    a_sleeping_receiver_is_woken_at_once,
    a_slow_sender_notices_a_killed_receiver_with_its_next_message,
    waiting_for_an_end_that_is_not_held_ends_at_once,
    waiting_for_whichever_is_ready_is_a_sleep,
    to_wait_for_no_time_is_a_look,
    a_limit_holds_also_where_others_want_the_processor,
    a_limit_holds_for_a_long_message_whose_receiver_makes_room,
    a_million_messages_pass_in_order_and_bounded_memory,
    a_system_without_descriptors_or_memory_is_an_error,
    a_ring_of_nothing_or_of_too_much_is_an_error,
    messages_of_every_length_come_back_equal,
];

/// Row X02.
fn x02_a_full_pipe_returns_the_message() {
    let (sender, receiver) = pipe().unwrap();
    let message = vec![7_u8; 100_000];
    let mut sent = 0;
    let back = loop {
        match sender.try_send(message.clone()) {
            Ok(()) => sent += 1,
            Err(SendError::Full(back)) => break back,
            Err(other) => panic!("{other}"),
        }
    };
    assert!(back == message && sent >= 5, "{sent}");
    let asked = Instant::now();
    let full = sender.send_timeout(back, Duration::from_millis(100));
    assert!(matches!(full, Err(SendError::Full(_))));
    assert!(asked.elapsed() >= Duration::from_millis(100));
    drop(sender);
    let received: Vec<_> = receiver.iter().map(Result::unwrap).collect();
    assert_eq!(received.len(), sent);
    assert!(received.iter().all(|received| *received == message));
}

/// Row X18: two processes on one end would tear the stream, so only one of them has it.
fn x18_an_end_that_the_parent_kept_is_refused_in_the_child() {
    let (sender, receiver) = pipe().unwrap();
    let (sender, receiver) = (Rc::new(sender), Rc::new(receiver));
    let (childs_sender, childs_receiver) = (Rc::clone(&sender), Rc::clone(&receiver));
    let child = Process::start("child", move || {
        let sent = matches!(childs_sender.send(1), Err(SendError::NotHeld(1)));
        // It must not be the end of the stream: that would lose messages without an error.
        let received = matches!(childs_receiver.recv(), Err(RecvError::NotHeld));
        (
            sent,
            received,
            childs_receiver.iter().any(|item| item.is_err()),
        )
    });
    assert_eq!(child.unwrap().join().unwrap(), (true, true, true));
    sender.send(2).unwrap();
    assert_eq!(receiver.recv().unwrap(), 2);
}

fn a_message_given_up_half_way_is_skipped() {
    let (sender, receiver) = pipe().unwrap();
    // Larger than the pipe, and no process reads: a part of it is in the pipe, the rest never will be.
    let given_up = sender.send_timeout(vec![1_u8; 4 << 20], Duration::from_millis(100));
    assert!(matches!(given_up, Err(SendError::Full(_))));
    // A part is no message.
    assert!(!receiver.poll(Duration::ZERO));
    assert_eq!(wait_any(&[&receiver], Duration::ZERO), None);
    // The next message also comes in pieces, which must not be joined to those of the first.
    let child = Process::start("sender", move || {
        sender.send(vec![2_u8; 200_000]).unwrap();
        sender.send(vec![3_u8; 10]).unwrap();
    })
    .unwrap();
    assert_eq!(receiver.recv().unwrap(), [2; 200_000]);
    assert_eq!(receiver.recv().unwrap(), [3; 10]);
    assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
    child.join().unwrap();
}

/// An undecodable message ends the iterator with an error, and no later message is lost.
fn an_iterator_that_has_ended_receives_nothing_more() {
    let (sender, receiver) = pipe().unwrap();
    (0..5).for_each(|number| sender.send(Even(number)).unwrap());
    let mut items = receiver.iter();
    assert_eq!(items.next().unwrap().unwrap().0, 0);
    assert!(matches!(items.next(), Some(Err(RecvError::Decode(_)))));
    assert!(items.next().is_none() && items.next().is_none());
    assert_eq!(receiver.recv().unwrap().0, 2);
    let error = receiver.recv().unwrap_err();
    assert!(error.to_string().contains("3 is odd, too"), "{error}");
    assert_eq!(receiver.recv().unwrap().0, 4);
}

/// Tests the wake-up itself, not the check that a sleeper makes every 100 ms.
fn a_sleeping_receiver_is_woken_at_once() {
    let (here, there) = duplex::<u8, u8>().unwrap();
    let child = Process::start("echo", move || {
        while let Ok(message) = there.recv() {
            thread::sleep(Duration::from_millis(3)); // time enough to fall asleep
            there.send(message).unwrap();
        }
    })
    .unwrap();
    // The machine may be busy at some of them.
    let is_woken = (0..50).any(|_| {
        let asked = Instant::now();
        here.send(1).unwrap();
        assert_eq!(here.recv().unwrap(), 1);
        asked.elapsed() < Duration::from_millis(50)
    });
    assert!(is_woken);
    drop(here);
    child.join().unwrap();
}

/// The sender notices before the ring is full, without waiting for room.
fn a_slow_sender_notices_a_killed_receiver_with_its_next_message() {
    let (sender, receiver) = pipe::<u8>().unwrap();
    let child = Process::start("receiver", move || receiver.iter().count() as u64).unwrap();
    sender.send(1).unwrap();
    child.kill().unwrap();
    child.join().unwrap_err();
    thread::sleep(Duration::from_millis(20)); // several ticks of the coarse clock
    assert!(matches!(sender.send(2), Err(SendError::Disconnected(2))));
}

fn waiting_for_an_end_that_is_not_held_ends_at_once() {
    let (_sender, receiver) = pipe::<u8>().unwrap();
    let receiver = Rc::new(receiver);
    let childs = Rc::clone(&receiver);
    let child = Process::start("child", move || {
        wait_any(&[&childs], Duration::MAX).is_some()
    });
    assert!(child.unwrap().join().unwrap());
    drop(receiver);
}

/// The waiter wakes by itself every 100 ms, and not every millisecond.
fn waiting_for_whichever_is_ready_is_a_sleep() {
    let (_sender, receiver) = pipe::<u8>().unwrap();
    let sleeps = || getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let before = sleeps().voluntary_context_switches();
    assert_eq!(wait_any(&[&receiver], Duration::from_millis(300)), None);
    let sleeps = sleeps().voluntary_context_switches() - before;
    assert!(sleeps < 30, "slept {sleeps} times");
}

/// Returns the shortest of several calls: the machine may have been busy during the others.
fn shortest(calls: u32, mut call: impl FnMut()) -> Duration {
    let times = (0..calls).map(|_| {
        let asked = Instant::now();
        call();
        asked.elapsed()
    });
    times.min().unwrap()
}

/// A loop that has other work while there is no message checks in this way.
fn to_wait_for_no_time_is_a_look() {
    let (_sender, receiver) = pipe::<u8>().unwrap();
    let now = Duration::ZERO;
    let looks = [
        shortest(50, || assert!(!receiver.poll(now))),
        shortest(50, || assert!(receiver.recv_timeout(now).is_err())),
        shortest(50, || assert_eq!(wait_any(&[&receiver], now), None)),
        shortest(50, || assert_eq!(wait_any::<u8>(&[], Duration::MAX), None)),
    ];
    // This is the shortest sleep.
    let limit = Duration::from_millis(1);
    assert!(looks.iter().all(|look| *look < limit), "{looks:?}");
}

/// Returns how often a call loses the processor, asleep or not: the fewest times of several calls.
fn fewest_turns(mut call: impl FnMut()) -> i64 {
    let lost = || {
        let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
        usage.voluntary_context_switches() + usage.involuntary_context_switches()
    };
    let turns = (0..8).map(|_| {
        let before = lost();
        call();
        lost() - before
    });
    turns.min().unwrap()
}

/// A waiter that yields the processor there gets it back some milliseconds later.
fn a_limit_holds_also_where_others_want_the_processor() {
    let mut one = CpuSet::new();
    let allowed = sched_getaffinity(Pid::this()).unwrap();
    let first = (0..CpuSet::count()).find(|cpu| allowed.is_set(*cpu).unwrap());
    one.set(first.unwrap()).unwrap();
    sched_setaffinity(Pid::this(), &one).unwrap();
    let other = Process::start("other", || {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(10) {}
    });
    let (sender, receiver) = pipe().unwrap();
    while sender.try_send(vec![7_u8; 60_000]).is_ok() {}
    let (_empty, nothing) = pipe::<u8>().unwrap();
    let soon = Duration::from_millis(1);
    let turns = [
        fewest_turns(|| assert!(!nothing.poll(soon))),
        fewest_turns(|| {
            assert!(sender.send_timeout(vec![7; 60_000], soon).is_err());
        }),
        fewest_turns(|| assert_eq!(wait_any(&[&nothing], soon), None)),
    ];
    other.unwrap().kill().unwrap();
    drop(receiver);
    assert!(turns.iter().all(|turns| *turns < 5), "{turns:?}");
}

fn a_limit_holds_for_a_long_message_whose_receiver_makes_room() {
    let (sender, receiver) = pipe::<Vec<u8>>().unwrap();
    let child = Process::start("receiver", move || receiver.iter().count() as u64).unwrap();
    // To encode it takes longer than that.
    let soon = Duration::from_millis(1);
    let full = sender.send_timeout(vec![7; 100 << 20], soon);
    assert!(matches!(full, Err(SendError::Full(_))));
    sender.send(vec![1]).unwrap();
    drop(sender);
    assert_eq!(child.join().unwrap(), 1);
}

/// This includes times when the receiver is slower: then `send` waits.
fn a_million_messages_pass_in_order_and_bounded_memory() {
    let (sender, receiver) = pipe::<u64>().unwrap();
    let child = Process::start("sender", move || {
        let before = peak_kib();
        (0..1_000_000).for_each(|number| sender.send(number).unwrap());
        peak_kib() - before
    })
    .unwrap();
    let before = peak_kib();
    assert!(receiver.iter().map(Result::unwrap).eq(0..1_000_000));
    let more = [peak_kib() - before, child.join().unwrap()];
    assert!(more.iter().all(|more| *more < 5 << 10), "{more:?} KiB");
}

fn a_system_without_descriptors_or_memory_is_an_error() {
    let (sender, receiver) = pipe().unwrap();
    with_limit(Resource::RLIMIT_NOFILE, 0, || {
        let error = pipe::<u8>().unwrap_err();
        assert!(error.to_string().contains("Too many open files"), "{error}");
        assert!(duplex::<u8, u8>().is_err() && byte_pipe().is_err());
        sender.send(1).unwrap();
    });
    with_limit(Resource::RLIMIT_AS, 0, || {
        let error = pipe::<u8>().unwrap_err();
        assert!(error.to_string().contains("allocate memory"), "{error}");
        assert!(duplex::<u8, u8>().is_err() && byte_pipe().is_err());
        sender.send(2).unwrap();
    });
    assert_eq!([0; 2].map(|_| receiver.recv().unwrap()), [1, 2]);
}

fn a_ring_of_nothing_or_of_too_much_is_an_error() {
    for (bytes, messages) in [(0, 1), (1, 0), (usize::MAX, 1), (1, u32::MAX)] {
        let error = ring(bytes, messages).unwrap_err();
        assert!(error.to_string().contains("cannot make a ring"), "{error}");
    }
    let (mut writer, _reader) = ring(1, 1).unwrap();
    let too_long = writer.write_whole(&[0; 4093], Patience::None);
    assert!(matches!(
        too_long,
        Err(WriteError::TooLong { most_bytes: 4092 })
    ));
}

/// Row X01: borsh has no bytes for `NaN`.
fn x01_a_message_without_bytes_comes_back() {
    let (sender, receiver) = pipe::<f64>().unwrap();
    let error = sender.send(f64::NAN).unwrap_err();
    assert!(matches!(error, SendError::Encode(back, _) if back.is_nan()));
    assert!(matches!(
        sender.try_send(f64::NAN),
        Err(SendError::Encode(..))
    ));
    sender.send(1.5).unwrap();
    assert!(receiver.recv().unwrap() == 1.5);
}

fn messages_of_every_length_come_back_equal() {
    let (sender, receiver) = byte_pipe().unwrap();
    let lengths = || (0..3000).chain((10..23).flat_map(|power| [(1 << power) - 1, 1 << power]));
    let body = |len: usize| (0..len).map(|byte| (byte % 251) as u8).collect::<Vec<u8>>();
    let child = Process::start("sender", move || {
        lengths().for_each(|len| sender.send(&body(len)).unwrap());
    });
    let mut buffer = vec![0; 1 << 20];
    for len in lengths() {
        match receiver.recv_into(&mut buffer).unwrap() {
            Ok(came) => assert!(came == len && buffer[..len] == body(len), "{len}"),
            // A message of several pieces, some of which were already in the buffer.
            Err(BufferTooShort { message }) => assert!(len > 1 << 20 && message == body(len)),
        }
    }
    child.unwrap().join().unwrap();
}
