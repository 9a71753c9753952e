//! An end that sleeps is woken. Nothing makes up for a missing wake-up here: a sleeper does not
//! check again by itself. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use ipc_pipe::{RecvError, duplex, pipe, wait_any};
use lesson_test::until_asleep;
use multiprocess::Process;

lesson_test::forking_tests![
    a_sleeping_receiver_is_woken_by_each_message,
    a_sleeping_receiver_is_woken_by_the_end_of_the_stream,
    a_sleeping_sender_is_woken_by_room,
    a_sender_that_sleeps_with_a_full_pipe_is_woken_when_the_receiver_goes,
    one_that_waits_for_any_of_several_is_woken_by_a_message_of_each,
];

/// After this time, a missing wake-up is a failure.
const LIMIT: Duration = Duration::from_secs(8);

const ROUNDS: u8 = 5;

fn joined<T: common::Message>(mut child: Process<T>) -> T {
    assert!(child.wait_timeout(LIMIT).unwrap().is_some(), "it sleeps on");
    child.join().unwrap()
}

fn a_sleeping_receiver_is_woken_by_each_message() {
    ring::sleep_until_woken();
    let (here, there) = duplex::<u8, u8>().unwrap();
    let echo = Process::start("echo", move || {
        while let Ok(message) = there.recv() {
            there.send(message).unwrap();
        }
    })
    .unwrap();
    for number in 0..ROUNDS {
        until_asleep(echo.pid());
        here.send(number).unwrap();
        assert_eq!(here.receiver.recv_timeout(LIMIT).unwrap(), number);
    }
    drop(here);
    joined(echo);
}

fn a_sleeping_receiver_is_woken_by_the_end_of_the_stream() {
    ring::sleep_until_woken();
    let (sender, receiver) = pipe::<u8>().unwrap();
    let child = Process::start("receiver", move || {
        matches!(receiver.recv(), Err(RecvError::Disconnected))
    });
    let child = child.unwrap();
    until_asleep(child.pid());
    drop(sender);
    assert!(joined(child));
}

fn a_sleeping_sender_is_woken_by_room() {
    ring::sleep_until_woken();
    let (sender, receiver) = pipe::<Vec<u8>>().unwrap();
    let child = Process::start("sender", move || {
        // Each is longer than the pipe's room.
        (0..ROUNDS).for_each(|number| sender.send(vec![number; 2 << 20]).unwrap());
    })
    .unwrap();
    for number in 0..ROUNDS {
        until_asleep(child.pid());
        let message = receiver.recv_timeout(LIMIT).unwrap();
        assert!(message == vec![number; 2 << 20]);
    }
    joined(child);
}

fn a_sender_that_sleeps_with_a_full_pipe_is_woken_when_the_receiver_goes() {
    ring::sleep_until_woken();
    let (sender, receiver) = pipe::<Vec<u8>>().unwrap();
    let child = Process::start("sender", move || sender.send(vec![0; 2 << 20]).is_err());
    let child = child.unwrap();
    until_asleep(child.pid());
    drop(receiver);
    assert!(joined(child));
}

fn one_that_waits_for_any_of_several_is_woken_by_a_message_of_each() {
    ring::sleep_until_woken();
    let ((first, one), (second, other)) = (pipe::<u8>().unwrap(), pipe::<u8>().unwrap());
    let (answers, answer) = pipe().unwrap();
    let child = Process::start("receiver", move || {
        for _ in 0..ROUNDS {
            let ready = wait_any(&[&one, &other], Duration::MAX).unwrap();
            let number = [&one, &other][ready].recv().unwrap();
            answers.send(number).unwrap();
        }
    })
    .unwrap();
    for number in 0..ROUNDS {
        until_asleep(child.pid());
        let sender = if number % 2 == 0 { &first } else { &second };
        sender.send(number).unwrap();
        assert_eq!(answer.recv_timeout(LIMIT).unwrap(), number);
    }
    joined(child);
}
