//! The promises of the pipe in one file. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use ipc_pipe::tiny::pipe;
use multiprocess::Process;

lesson_test::forking_tests![
    p03_messages_of_every_length_arrive_whole_and_in_order,
    p05_every_message_comes_before_the_end_of_the_stream,
    p05_the_end_of_the_stream_stays,
    p10_a_sender_that_is_ahead_by_a_whole_ring_waits,
];

/// Returns messages of lengths that put the end of the ring at every position in a message.
fn message(number: usize) -> Vec<u8> {
    let length = 1 + number * 37 % 255;
    (0..length).map(|place| (number + place) as u8).collect()
}

fn p03_messages_of_every_length_arrive_whole_and_in_order() {
    let (sender, receiver) = pipe().unwrap();
    let sending = Process::start("sender", move || {
        (0..2000).for_each(|number| sender.send(&message(number)));
    });
    for number in 0..2000 {
        assert_eq!(receiver.recv(), Some(message(number)));
    }
    sending.unwrap().join().unwrap();
}

fn p05_every_message_comes_before_the_end_of_the_stream() {
    let (sender, receiver) = pipe().unwrap();
    let sending = Process::start("sender", move || {
        sender.send(b"one");
        sender.send(b"two");
        sender.send(b"");
    });
    sending.unwrap().join().unwrap();
    let received: Vec<_> = std::iter::from_fn(|| receiver.recv()).collect();
    assert_eq!(received, [b"one", b"two"]);
}

fn p05_the_end_of_the_stream_stays() {
    let (sender, receiver) = pipe().unwrap();
    sender.send(b"");
    assert_eq!([receiver.recv(), receiver.recv()], [None, None]);
}

fn p10_a_sender_that_is_ahead_by_a_whole_ring_waits() {
    let (sender, receiver) = pipe().unwrap();
    let sending = Process::start("sender", move || {
        // 64 bytes with the length: four of them fill the ring.
        (0..5).for_each(|number| sender.send(&[number; 63]));
    });
    let mut sending = sending.unwrap();
    let waited = sending.wait_timeout(std::time::Duration::from_millis(100));
    assert_eq!(waited.unwrap(), None, "the fifth has no room");
    for number in 0..5 {
        assert_eq!(receiver.recv(), Some(vec![number; 63]));
    }
    sending.join().unwrap();
}
