//! The promises of a pipe. Each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::thread;
use std::time::{Duration, Instant};

use borsh::{BorshDeserialize, BorshSerialize};
use ipc_pipe::{
    BufferTooShort, Connection, Receiver, RecvError, byte_pipe, duplex, pipe, wait_any,
};
use lesson_test::until;
use multiprocess::Process;
use nix::sys::signal::{Signal, kill};
use nix::unistd::getpid;

lesson_test::forking_tests![
    p01_a_child_echoes_a_record_a_list_and_an_empty_value,
    p02_one_goes_in_and_one_comes_out,
    p03_messages_are_never_joined_or_split,
    p04_poll_returns_whether_a_message_is_there_and_leaves_it,
    p05_every_message_comes_before_the_end_of_the_stream,
    p06_sending_to_a_closed_receiver_is_an_error_with_the_message,
    p06_a_killed_receiver_is_noticed,
    p07_16_mebibytes_come_back_equal,
    p08_the_parent_talks_to_a_child_that_was_given_its_end,
    p09_the_receiver_ends_when_the_sender_ends_without_closing,
    p10_a_slower_receiver_gets_all_ten_in_order,
    p11_an_empty_message_is_a_message,
    p12_empty_and_disconnected_are_two_errors,
    p13_four_senders_and_whichever_is_ready,
    p14_waiting_for_either_ends_in_time_or_with_the_one,
    p15_a_buffer_that_is_too_short_is_an_error_with_the_message,
];

const LIMIT: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
struct Record {
    name: String,
    size: Option<u64>,
}

/// Row P01.
fn p01_a_child_echoes_a_record_a_list_and_an_empty_value() {
    fn echo<T: common::Message + Clone + PartialEq + 'static>(message: T) {
        let (here, there): (Connection<T, T>, _) = duplex().unwrap();
        let child = Process::start("echo", move || {
            while let Ok(message) = there.recv() {
                there.send(message).unwrap();
            }
        });
        here.send(message.clone()).unwrap();
        assert_eq!(here.recv().unwrap(), message);
        drop(here);
        child.unwrap().join().unwrap();
    }
    echo(Record {
        name: "url_0".to_owned(),
        size: Some(7),
    });
    echo(vec![1.5_f64, -2.0]);
    echo(());
}

/// Row P02; that the other directions do not compile is in the documentation of the crate.
fn p02_one_goes_in_and_one_comes_out() {
    let (sender, receiver) = pipe().unwrap();
    sender.send(1).unwrap();
    assert_eq!(receiver.recv().unwrap(), 1);
}

/// Row P03.
fn p03_messages_are_never_joined_or_split() {
    let (sender, receiver) = pipe().unwrap();
    let child = Process::start("sender", move || {
        for text in ["a", "b", "cd"] {
            sender.send(text.to_owned()).unwrap();
        }
    });
    assert_eq!([0; 3].map(|_| receiver.recv().unwrap()), ["a", "b", "cd"]);
    child.unwrap().join().unwrap();
}

/// Row P04.
fn p04_poll_returns_whether_a_message_is_there_and_leaves_it() {
    let (sender, receiver) = pipe().unwrap();
    assert!(!receiver.poll(Duration::ZERO));
    let asked = Instant::now();
    assert!(!receiver.poll(Duration::from_millis(100)));
    assert!(asked.elapsed() >= Duration::from_millis(100));
    sender.send(7).unwrap();
    let asked = Instant::now();
    assert!(receiver.poll(LIMIT) && receiver.poll(LIMIT));
    assert!(asked.elapsed() < LIMIT);
    assert_eq!(receiver.recv().unwrap(), 7);
}

/// Row P05.
fn p05_every_message_comes_before_the_end_of_the_stream() {
    let (sender, receiver) = pipe().unwrap();
    for number in 0..1000 {
        sender.send(number).unwrap();
    }
    drop(sender);
    assert!(receiver.iter().map(Result::unwrap).eq(0..1000));
    assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
    assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
}

/// Row P06.
fn p06_sending_to_a_closed_receiver_is_an_error_with_the_message() {
    let (sender, receiver) = pipe().unwrap();
    sender.send("into the pipe".to_owned()).unwrap();
    drop(receiver);
    let error = sender.send("url_0".to_owned()).unwrap_err();
    assert!(error.to_string().contains("broken pipe"));
    assert_eq!(error.into_inner(), "url_0");
}

/// Row P06, for a receiver that had no time to close anything.
fn p06_a_killed_receiver_is_noticed() {
    let (sender, receiver) = pipe().unwrap();
    let child = Process::start("receiver", move || -> () {
        receiver.recv().unwrap();
        kill(getpid(), Signal::SIGKILL).unwrap();
    });
    sender.send(0).unwrap();
    child.unwrap().join().unwrap_err();
    // The kernel is asked once at each tick of its coarse clock.
    until("the death of the receiver is noticed", || {
        sender.send(1).is_err()
    });
}

/// Row P07, in a ring of one mebibyte.
fn p07_16_mebibytes_come_back_equal() {
    let (here, there) = duplex().unwrap();
    let child = Process::start("echo", move || {
        let message: Vec<u8> = there.recv().unwrap();
        there.send(message).unwrap();
    });
    let message: Vec<u8> = (0..16 << 20)
        .map(|byte: u32| byte.to_le_bytes()[1])
        .collect();
    here.send(message.clone()).unwrap();
    assert!(here.recv().unwrap() == message);
    child.unwrap().join().unwrap();
}

/// Row P08: the parent's copy is closed by `start` itself.
fn p08_the_parent_talks_to_a_child_that_was_given_its_end() {
    let (here, there) = duplex::<u8, u8>().unwrap();
    let child = Process::start("child", move || {
        there.send(there.recv().unwrap() + 1).unwrap()
    });
    here.send(1).unwrap();
    assert_eq!(here.recv().unwrap(), 2);
    child.unwrap().join().unwrap();
    assert!(matches!(here.recv(), Err(RecvError::Disconnected)));
}

/// Row P09.
fn p09_the_receiver_ends_when_the_sender_ends_without_closing() {
    let (sender, receiver) = pipe().unwrap();
    let sending = Process::start("sender", move || -> () {
        sender.send(1).unwrap();
        multiprocess::exit_now(3); // no destructor runs
    })
    .unwrap();
    let receiving = Process::start("receiver", move || receiver.iter().count() as u64).unwrap();
    let mut receiving = receiving;
    receiving
        .wait_timeout(LIMIT)
        .unwrap()
        .expect("the receiver ends by itself");
    assert_eq!(receiving.join().unwrap(), 1);
    sending.join().unwrap_err();
}

/// Row P10.
fn p10_a_slower_receiver_gets_all_ten_in_order() {
    let (sender, receiver) = pipe().unwrap();
    let sending = Process::start("sender", move || {
        (0..10).for_each(|number: u32| sender.send(number).unwrap());
    })
    .unwrap();
    let receiving = Process::start("receiver", move || {
        let take = |number| {
            thread::sleep(Duration::from_millis(5));
            number
        };
        receiver
            .iter()
            .map(Result::unwrap)
            .map(take)
            .collect::<Vec<u32>>()
    })
    .unwrap();
    sending.join().unwrap();
    assert_eq!(receiving.join().unwrap(), (0..10).collect::<Vec<u32>>());
}

/// Row P11.
fn p11_an_empty_message_is_a_message() {
    let (sender, receiver) = byte_pipe().unwrap();
    sender.send(b"").unwrap();
    assert_eq!(receiver.recv_into(&mut []).unwrap(), Ok(0));
    let (sender, receiver) = pipe::<()>().unwrap();
    sender.send(()).unwrap();
    assert!(receiver.poll(Duration::ZERO));
    receiver.recv().unwrap();
}

/// Row P12.
fn p12_empty_and_disconnected_are_two_errors() {
    let (sender, receiver) = pipe::<u8>().unwrap();
    assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
    let limit = Duration::from_millis(100);
    assert!(matches!(
        receiver.recv_timeout(limit),
        Err(RecvError::Empty)
    ));
    drop(sender);
    assert!(matches!(receiver.try_recv(), Err(RecvError::Disconnected)));
    assert!(matches!(
        receiver.recv_timeout(LIMIT),
        Err(RecvError::Disconnected)
    ));
    assert!(
        receiver.poll(Duration::ZERO),
        "the end is something to receive"
    );
}

/// Row P13.
fn p13_four_senders_and_whichever_is_ready() {
    let mut children = Vec::new();
    let mut receivers: Vec<Receiver<u32>> = Vec::new();
    for _ in 0..4 {
        let (sender, receiver) = pipe().unwrap();
        receivers.push(receiver);
        let send = move || (0..10).for_each(|number| sender.send(number).unwrap());
        children.push(Process::start("sender", send).unwrap());
    }
    let mut count = 0;
    while !receivers.is_empty() {
        let list: Vec<_> = receivers.iter().collect();
        let ready = wait_any(&list, LIMIT).expect("one of them is ready");
        match receivers[ready].recv() {
            Ok(_) => count += 1,
            Err(_) => drop(receivers.remove(ready)),
        }
    }
    assert_eq!(count, 40);
    children.into_iter().for_each(|child| child.join().unwrap());
}

/// Row P14.
fn p14_waiting_for_either_ends_in_time_or_with_the_one() {
    let (_first_sender, first) = pipe::<u8>().unwrap();
    let (second_sender, second) = pipe::<u8>().unwrap();
    let asked = Instant::now();
    assert_eq!(
        wait_any(&[&first, &second], Duration::from_millis(300)),
        None
    );
    assert!(asked.elapsed() >= Duration::from_millis(300));
    let child = Process::start("sender", move || second_sender.send(1).unwrap()).unwrap();
    assert_eq!(wait_any(&[&first, &second], LIMIT), Some(1));
    assert_eq!(second.recv().unwrap(), 1);
    child.join().unwrap();
    assert_eq!(wait_any::<u8>(&[], LIMIT), None);
}

/// Row P15.
fn p15_a_buffer_that_is_too_short_is_an_error_with_the_message() {
    let (sender, receiver) = byte_pipe().unwrap();
    sender.send(b"four").unwrap();
    sender.send(b"more").unwrap();
    let mut buffer = *b"....";
    let short = receiver.recv_into(&mut buffer[..3]).unwrap().unwrap_err();
    assert_eq!(
        short,
        BufferTooShort {
            message: b"four".to_vec()
        }
    );
    assert_eq!(&buffer, b"....");
    assert_eq!(receiver.recv_into(&mut buffer).unwrap(), Ok(4));
    assert_eq!(&buffer, b"more");
}
