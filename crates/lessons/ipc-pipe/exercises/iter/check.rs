//! The messages of a pipe until the end of the stream, each as it comes; an error is the last item.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use check::{Check, Ours, Recorded, expect_in_time, main as judge, use_of_process, words};
use ipc_pipe::{Receiver, RecvError, Sender, pipe};
use multiprocess::Process;

fn main() -> ExitCode {
    let limit = Duration::from_secs(5);
    judge(
        "ipc-pipe/iter",
        &[
            Check::new("all", "it returns every message, in order", all).within(limit),
            Check::new(
                "end",
                "at the end of the stream it returns `None`, every time",
                end,
            )
            .within(limit),
            Check::new(
                "one-by-one",
                "each call of `next` receives one message",
                one_by_one,
            )
            .within(limit),
            Check::new("error", "an error is the last item", error).within(limit),
            Check::new(
                "not-held",
                "in a process without the receiver, the only item is an error",
                not_held,
            )
            .within(limit),
            Check::new(
                "again",
                "a second iterator goes on where the first one ended",
                again,
            )
            .within(limit),
            Check::new("waits", "it sleeps until a message comes", waits).within(limit),
            Check::new(
                "no-clock",
                "it waits for a message without a time limit",
                no_clock,
            )
            .within(Duration::from_secs(10)),
            Check::new("killed", "it ends when the sender is killed", killed).within(limit),
        ],
    )
}

fn ends<T: common::Message>() -> (Sender<T>, Receiver<T>) {
    pipe().ours("memory to share")
}

/// Converts the error of an item to text, so that two items can be compared.
fn plain<T>(item: Option<Result<T, RecvError>>) -> Option<Result<T, String>> {
    item.map(|result| result.map_err(|error| error.to_string()))
}

fn all() {
    for count in [0, 1, 300] {
        let sent = words("all", count);
        let (sender, receiver) = ends();
        let messages = sent.clone();
        let child = Process::start("sender", move || {
            messages.into_iter().all(|word| sender.send(word).is_ok())
        });
        let child = child.ours("process");
        let mut got = Vec::new();
        for word in receiver.iter() {
            match word {
                Ok(word) => got.push(word),
                Err(error) => panic!("an item is an error: {error}"),
            }
        }
        assert_eq!(got, sent, "the words that a child sent before it ended");
        assert!(
            child.join().expect("it ends well"),
            "the child could not send every word"
        );
    }
    many();
}

/// More messages than an answer would count before it stops.
fn many() {
    const MANY: usize = 70_000;
    let (sender, receiver) = ends();
    let child = Process::start("sender", move || {
        (0..MANY).all(|number| sender.send(number).is_ok())
    });
    let child = child.expect("a process can be started");
    let numbers = receiver.iter().map_while(Result::ok);
    let in_order = (0..)
        .zip(numbers)
        .take_while(|(place, number)| place == number);
    assert_eq!(
        in_order.count(),
        MANY,
        "the number of messages that came in their order, of {MANY} that a child sent"
    );
    assert!(
        child.join().expect("it ends well"),
        "the child could not send every number"
    );
}

fn end() {
    let (sender, receiver) = ends();
    for number in 1..=3 {
        sender.send(number).expect("there is room");
    }
    drop(sender);
    let mut items = receiver.iter();
    for number in 1..=3 {
        assert_eq!(
            plain(items.next()),
            Some(Ok(number)),
            "message {number} of 3"
        );
    }
    for _ in 0..3 {
        assert_eq!(
            plain(items.next()),
            None,
            "`next` after the last message, when the sender is gone"
        );
    }
    assert_eq!(
        plain(receiver.iter().next()),
        None,
        "a new iterator at the end of the stream"
    );
}

fn one_by_one() {
    let (sender, receiver) = ends();
    let mut items = receiver.iter();
    // When the iterator is made there is no message yet, and the sender exists all the time.
    for number in 0..100 {
        sender.send(number).expect("there is room");
        assert_eq!(
            plain(items.next()),
            Some(Ok(number)),
            "the only message in the pipe"
        );
    }
    for number in 0..20 {
        sender.send(number).expect("there is room");
    }
    let mut next = 0;
    for count in 0..=4 {
        let some: Vec<_> = receiver.iter().take(count).flatten().collect();
        let expected: Vec<_> = (next..).take(count).collect();
        assert_eq!(some, expected, "the next {count} of 20 messages");
        next += some.len();
        assert_eq!(
            receiver.recv().ok(),
            Some(next),
            "the message after the {count} of a new iterator, which received no more than these"
        );
        next += 1;
    }
    assert_eq!(
        plain(items.next()),
        Some(Ok(next)),
        "the message after that, from the first iterator"
    );
}

/// A message with a number; the bytes of 13 cannot be decoded.
#[derive(Debug, PartialEq, Eq, Clone)]
struct Lucky(u32);

impl BorshSerialize for Lucky {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Lucky {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        match u32::deserialize_reader(reader)? {
            13 => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "13 is not lucky",
            )),
            number => Ok(Self(number)),
        }
    }
}

fn error() {
    let (sender, receiver) = ends();
    for number in [1, 2, 13, 4] {
        sender.send(Lucky(number)).expect("there is room");
    }
    let mut items = receiver.iter();
    for number in [1, 2] {
        assert_eq!(
            plain(items.next()),
            Some(Ok(Lucky(number))),
            "a message that can be decoded"
        );
    }
    let third = items.next();
    assert!(
        matches!(third, Some(Err(RecvError::Decode(_)))),
        "the third message cannot be decoded: `RecvError::Decode` was expected, and not {third:?}"
    );
    for _ in 0..3 {
        let after = plain(items.next());
        assert_eq!(
            after, None,
            "`next` after an error, while a message is in the pipe"
        );
    }
    // A new iterator is not over, and does not change that the older one is.
    let _newer = receiver.iter();
    let after = plain(items.next());
    assert_eq!(
        after, None,
        "`next` after an error, when another iterator was made meanwhile"
    );
    drop(items);
    // Without a sender, the call returns even if the message is lost.
    drop(sender);
    assert_eq!(
        receiver.recv().ok(),
        Some(Lucky(4)),
        "the message after the error, which should stay in the pipe"
    );
}

fn not_held() {
    let (sender, receiver) = ends::<u32>();
    let receiver = std::rc::Rc::new(receiver);
    let childs = std::rc::Rc::clone(&receiver);
    let child = Process::start("child", move || {
        let mut items = childs.iter();
        let is_error = matches!(items.next(), Some(Err(RecvError::NotHeld)));
        (is_error, items.next().is_none() && items.next().is_none())
    });
    let seen = child.ours("process").join();
    let seen = seen.expect("the child does not panic");
    assert_eq!(
        seen,
        (true, true),
        "the receiver stayed with the parent: whether the child gets one error, and then `None`"
    );
    sender.send(5).expect("there is room");
    assert_eq!(
        plain(receiver.iter().next()),
        Some(Ok(5)),
        "`next` in the parent, which has the receiver"
    );
}

/// One iterator is over, and another one, over the messages of another pipe, goes on.
fn two_pipes() {
    let [(sender, receiver), (other, others)] = [ends(), ends()];
    let (mut items, mut of_other) = (receiver.iter(), others.iter());
    sender.send(Lucky(13)).expect("there is room");
    other.send(Lucky(1)).expect("there is room");
    let first = items.next();
    assert!(
        matches!(first, Some(Err(RecvError::Decode(_)))),
        "a message that cannot be decoded: `RecvError::Decode` was expected, and not {first:?}"
    );
    assert_eq!(
        plain(of_other.next()),
        Some(Ok(Lucky(1))),
        "a message of another pipe, when the iterator over the first pipe is over"
    );
    drop((sender, other));
    let after = [plain(items.next()), plain(of_other.next())];
    assert_eq!(
        after,
        [None, None],
        "`next` of two iterators, of which the first has returned an error, and the other is at its end"
    );
}

fn again() {
    two_pipes();
    let (sender, receiver) = ends();
    for number in [1, 13, 2, 13, 13, 3] {
        sender.send(Lucky(number)).expect("there is room");
    }
    drop(sender);
    let mut lengths = Vec::new();
    for _ in 0..5 {
        lengths.push(receiver.iter().count());
    }
    assert_eq!(
        lengths,
        [2, 2, 1, 1, 0],
        "the numbers of items of five iterators, one after another, over the messages 1, 13, 2, 13, \
         13, 3, of which 13 cannot be decoded"
    );
}

fn waits() {
    let (sender, receiver) = ends();
    let child = Process::start("sender", move || {
        std::thread::sleep(Duration::from_millis(1200));
        sender.send(1).is_ok()
    });
    let child = child.ours("process");
    let (item, used) = use_of_process(|| plain(receiver.iter().next()));
    assert_eq!(item, Some(Ok(1)), "the message of a slow sender");
    let (cpu, sleeps) = (used.cpu.as_millis(), used.sleeps);
    expect_in_time(cpu < 60 && sleeps < 200, || {
        format!(
            "while it waited for 1200 ms, it used the processor for {cpu} ms and went to sleep {sleeps} \
             times: it polls"
        )
    });
    assert!(
        child.join().expect("it ends well"),
        "the child could not send the message"
    );
}

/// The pipe records each wait in the log. An answer that polls never waits there, however seldom it polls.
/// The child sends each message back, so that its last wait cannot be the one for the message before.
fn no_clock() {
    let recorded = Recorded::begin();
    let (sender, receiver) = ends();
    let (back, returned) = ends();
    let receive = move || {
        for item in receiver.iter() {
            let _gone = back.send(item.ok());
        }
    };
    let child = Process::start("receiver", receive).ours("process");
    for number in 0..20 {
        recorded.expect_waits("receiver");
        sender.send(number).expect("there is room");
        assert_eq!(
            returned.recv().ok(),
            Some(Some(number)),
            "a message that was sent while the child waited for it"
        );
    }
    drop(sender);
    assert!(
        child.join().is_ok(),
        "the child could not receive every message"
    );
}

fn killed() {
    let (sender, receiver) = ends();
    let child = Process::start("sender", move || {
        for number in 0.. {
            if number == 20 {
                std::thread::sleep(Duration::from_secs(60));
            }
            if sender.send(number).is_err() {
                return;
            }
        }
    });
    let child = child.ours("process");
    let mut items = receiver.iter();
    for number in 0..20 {
        assert_eq!(
            plain(items.next()),
            Some(Ok(number)),
            "a message that was sent before the kill"
        );
    }
    child.kill().expect("it is ours");
    for _ in 0..2 {
        assert_eq!(plain(items.next()), None, "`next` after the kill");
    }
}
