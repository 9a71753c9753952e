//! An end that this process does not hold: a copy that is found in memory cannot be used.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::env;
use std::fs;
use std::rc::Rc;
use std::time::Duration;

use common::Settings;
use ipc_pipe::{
    ByteError, Receiver, RecvError, SendError, Sender, byte_pipe, duplex, pipe, wait_any,
};
use multiprocess::{Exit, Fork, Process, exit_now, fork, wait};
use ring::{Patience, ReadError, Reader, ring};

lesson_test::forking_tests![
    x18_each_call_of_an_end_that_is_not_held_is_an_error,
    x18_a_clone_of_an_end_that_is_not_held_is_refused,
    x18_a_long_message_that_the_parent_has_polled_is_received_once,
    x18_a_child_forked_while_a_message_is_shown_leaves_it_there,
    x18_an_end_that_is_not_held_leaves_nothing_in_the_log,
];

const SHORT: Duration = Duration::from_millis(20);

/// Calls `look` in a child that holds no end; `look` returns the names of the cases that are wrong.
fn in_child(look: impl FnOnce() -> Vec<String>) {
    match fork("child").unwrap() {
        Fork::Parent { child } => assert_eq!(wait(child), Ok(Exit::Code(0))),
        Fork::Child => {
            let wrong = look();
            for line in &wrong {
                common::complain(line);
            }
            exit_now(i32::from(!wrong.is_empty()))
        }
    }
}

fn read(reader: &mut Reader) -> Result<Vec<u8>, ReadError> {
    let message = reader.peek(Patience::None, <[u8]>::to_vec)?;
    reader.remove();
    Ok(message)
}

/// Returns the names of the cases that do not hold.
fn is_wrong(cases: &[(&str, bool)]) -> Vec<String> {
    let wrong = cases.iter().filter(|(_, holds)| !holds);
    wrong.map(|(name, _)| (*name).to_owned()).collect()
}

fn refused_by_a_pipe(sender: &Sender<u8>, receiver: &Receiver<u8>) -> Vec<String> {
    let sent = sender.send(1);
    let received = receiver.recv();
    let next = receiver.iter().next();
    let tried = (sender.try_send(1), sender.send_timeout(1, SHORT));
    let limited = (receiver.try_recv(), receiver.recv_timeout(SHORT));
    is_wrong(&[
        ("send", matches!(sent, Err(SendError::NotHeld(1)))),
        ("try_send", matches!(tried.0, Err(SendError::NotHeld(1)))),
        (
            "send_timeout",
            matches!(tried.1, Err(SendError::NotHeld(1))),
        ),
        ("recv", matches!(received, Err(RecvError::NotHeld))),
        ("try_recv", matches!(limited.0, Err(RecvError::NotHeld))),
        ("recv_timeout", matches!(limited.1, Err(RecvError::NotHeld))),
        ("poll", receiver.poll(SHORT)),
        ("wait_any", wait_any(&[receiver], SHORT) == Some(0)),
        ("iter", matches!(next, Some(Err(RecvError::NotHeld)))),
    ])
}

/// Row X18.
fn x18_each_call_of_an_end_that_is_not_held_is_an_error() {
    let (sender, receiver) = pipe::<u8>().unwrap();
    let (left, right) = duplex::<u8, u8>().unwrap();
    let (bytes_in, bytes_out) = byte_pipe().unwrap();
    // There is something to steal.
    sender.send(7).unwrap();
    right.send(8).unwrap();
    bytes_in.send(b"9").unwrap();
    in_child(|| {
        let mut wrong = refused_by_a_pipe(&sender, &receiver);
        let (sent, received) = (left.send(1), left.recv());
        let connection = matches!(sent, Err(SendError::NotHeld(1)))
            && matches!(received, Err(RecvError::NotHeld));
        let bytes = matches!(bytes_in.send(b"1"), Err(ByteError::NotHeld))
            && matches!(bytes_out.recv_into(&mut [0]), Err(ByteError::NotHeld));
        wrong.extend(is_wrong(&[("connection", connection), ("bytes", bytes)]));
        wrong
    });
    assert_eq!((receiver.recv().unwrap(), left.recv().unwrap()), (7, 8));
    assert_eq!(bytes_out.recv_into(&mut [0]).unwrap(), Ok(1));
    drop((sender, right, bytes_in));
    receiver.recv().unwrap_err();
}

/// Row X18.
fn x18_a_clone_of_an_end_that_is_not_held_is_refused() {
    let (mut writer, mut reader) = ring(4096, 9).unwrap();
    writer.write(b"parent", Patience::None).unwrap();
    in_child(|| {
        // SAFETY: nothing writes by this handle.
        let writer = unsafe { writer.try_clone() };
        // SAFETY: nothing reads by this handle.
        let reader = unsafe { reader.try_clone() };
        let is_refused = |text: String| text.contains("stayed with another process");
        is_wrong(&[
            (
                "writer",
                writer.is_err_and(|error| is_refused(error.to_string())),
            ),
            (
                "reader",
                reader.is_err_and(|error| is_refused(error.to_string())),
            ),
        ])
    });
    assert_eq!(read(&mut reader).unwrap(), b"parent");
    drop(writer);
    assert_eq!(read(&mut reader).unwrap_err(), ReadError::Disconnected);
}

/// Row X18: what has come of a long message is kept in the memory of its receiver, which `fork`
/// copies.
fn x18_a_long_message_that_the_parent_has_polled_is_received_once() {
    let (sender, receiver) = pipe().unwrap();
    let message = vec![7_u8; 300_000];
    sender.send(message.clone()).unwrap();
    let receiver = Rc::new(receiver);
    assert!(receiver.poll(Duration::ZERO));
    let copy = Rc::clone(&receiver);
    let child = Process::start("child", move || {
        matches!(copy.recv(), Err(RecvError::NotHeld))
    });
    assert!(child.unwrap().join().unwrap());
    assert_eq!(receiver.recv().unwrap(), message);
    // When the receiver is moved, the message goes to the child, and only to it.
    sender.send(message.clone()).unwrap();
    assert!(receiver.poll(Duration::ZERO));
    let receiver = Rc::into_inner(receiver).unwrap();
    let child = Process::start("child", move || receiver.recv().map(|got| got.len()));
    assert_eq!(child.unwrap().join().unwrap(), 300_000);
}

/// Row X18.
fn x18_a_child_forked_while_a_message_is_shown_leaves_it_there() {
    let (mut writer, mut reader) = ring(4096, 9).unwrap();
    writer.write(b"one", Patience::None).unwrap();
    writer.write(b"two", Patience::None).unwrap();
    let child = reader.peek(Patience::None, |_| fork("child").unwrap());
    if let Fork::Parent { child } = child.unwrap() {
        assert_eq!(wait(child), Ok(Exit::Code(0)));
    } else {
        reader.remove();
        exit_now(0)
    }
    assert_eq!(read(&mut reader).unwrap(), b"one");
    assert_eq!(read(&mut reader).unwrap(), b"two");
}

/// Row X18: `check` would call a message lost that was never sent, and an end closed that is open.
fn x18_an_end_that_is_not_held_leaves_nothing_in_the_log() {
    let log = env::temp_dir().join(format!("held-{}.log", common::pid()));
    let settings = Settings {
        pace: 1.0,
        seed: None,
        chaos: None,
        record: Some(log.clone()),
    };
    let child = Process::start("program", move || {
        common::begin("program", &settings).unwrap();
        let (sender, receiver): (Sender<u8>, Receiver<u8>) = pipe().unwrap();
        let ends = match fork("child").unwrap() {
            Fork::Child => {
                let _refused = (sender.send(1), receiver.recv());
                drop((sender, receiver));
                exit_now(0)
            }
            Fork::Parent { child } => {
                wait(child).unwrap();
                (sender, receiver)
            }
        };
        ends.0.send(2).unwrap();
        ends.1.recv().unwrap();
        // Drop the receiver first: then the next message is given back.
        drop(ends.1);
        ends.0.send(3).unwrap_err();
        drop(ends.0);
        common::end();
    });
    let ended = child.unwrap().join();
    let text = fs::read_to_string(&log).unwrap();
    fs::remove_file(log).unwrap();
    ended.unwrap();
    let run = timeline::Run::read(text.as_bytes()).unwrap();
    assert_eq!(run.faults(), [], "{text}");
    let count = |kind: &str| text.matches(&format!(r#""k":"{kind}""#)).count();
    assert_eq!((count("send"), count("close"), count("give-up")), (2, 2, 1));
}
