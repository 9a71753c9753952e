//! Tests of a line between two ends of this process.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use nix::sys::socket::sockopt::{RcvBuf, SndBuf};
use scheduler::wire::{Role, ToScheduler};

use super::*;
use crate::key::Key;
use crate::login;
use crate::receiving::CHUNK;
use crate::sending::seal;
use crate::wire::{BODY_LIMIT, Hello, PACKET_LIMIT, ToCluster, VERSION};

const LIMIT: Duration = Duration::from_secs(10);

/// Both ends of a line: the peer's, and the scheduler's.
pub(crate) fn pair() -> (Line, Line) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let (noise, _) = login::accept(&stream, &Key::none(), || ()).unwrap();
        Line::new(stream, noise, String::new()).unwrap()
    });
    let stream = TcpStream::connect(address).unwrap();
    let hello = Hello {
        version: VERSION,
        role: Role::Client,
        name: "x".repeat(crate::wire::NAME_BYTES),
    };
    let noise = login::connect(&stream, &Key::none(), &hello).unwrap();
    let ours = Line::new(stream, noise, String::new()).unwrap();
    (ours, accepting.join().unwrap())
}

fn message(length: usize) -> ToCluster {
    let message = ToScheduler::Done {
        id: scheduler::TaskId(7),
        attempt: 1,
        body: vec![7; length],
    };
    ToCluster::Machine(message)
}

#[test]
fn messages_of_all_lengths_arrive_in_order() {
    let (ours, theirs) = pair();
    let lengths = [0, 1, 65_000, 65_519, 65_536, 300_000, BODY_LIMIT, 3];
    thread::scope(|scope| {
        scope.spawn(|| ours.send(&lengths.map(message)).unwrap());
        let mut arrived = Vec::new();
        while arrived.len() < lengths.len() {
            let received = theirs.recv::<ToCluster>(LIMIT).unwrap();
            arrived.extend(theirs.note(received));
        }
        for (it, length) in arrived.iter().zip(lengths) {
            let ToCluster::Machine(ToScheduler::Done { body, .. }) = it else {
                panic!("{it:?}");
            };
            assert_eq!(body.len(), length);
        }
    });
    // Room for the longest frame and one read, however much has gone through.
    assert!(lock(&theirs.receiving).room() <= 2 * CHUNK);
}

#[test]
fn a_message_that_is_too_long_leaves_the_line_good() {
    let (ours, theirs) = pair();
    let error = ours.send(&[message(PACKET_LIMIT)]).unwrap_err();
    assert!(matches!(error, LineError::TooLong(_)), "{error}");
    ours.send(&[message(1)]).unwrap();
    theirs.recv::<ToCluster>(LIMIT).unwrap();
}

/// A part of a packet needs longer than the limit on silence, and the line is never silent.
#[test]
fn a_peer_that_reads_slowly_and_goes_on_is_not_cut_off() {
    let (ours, theirs) = pair();
    setsockopt(&ours.stream, SndBuf, &(16 << 10)).unwrap();
    setsockopt(&theirs.stream, RcvBuf, &(16 << 10)).unwrap();
    let mut slow = theirs.stream.try_clone().unwrap();
    let reading = thread::spawn(move || {
        let (mut bytes, mut count) = ([0; 8 << 10], 0);
        let begun = Instant::now();
        while let Ok(read @ 1..) = slow.read(&mut bytes) {
            count += read;
            // Slow for as long as a write might wait; the rest at once.
            if begun.elapsed() < 2 * SILENCE_LIMIT {
                thread::sleep(Duration::from_millis(250));
            }
        }
        count
    });
    ours.send(&[message(BODY_LIMIT / 4)]).unwrap();
    ours.finish();
    assert!(reading.join().unwrap() > BODY_LIMIT / 4);
}

/// Writes what is sealed already.
fn write(line: &Line, sealed: &[u8]) {
    line.write(sealed, Instant::now()).unwrap();
}

/// The scheduler's error when a logged-in peer writes these bytes without sealing them.
fn error_after(words: &[u8]) -> LineError {
    let (ours, theirs) = pair();
    (&ours.stream).write_all(words).unwrap();
    ours.finish();
    theirs.recv::<ToCluster>(LIMIT).map(drop).unwrap_err()
}

#[test]
fn a_frame_that_the_other_end_has_not_sealed_is_refused() {
    for words in [&[16, 0][..], &[0, 0], &[0xff; 10], &[48, 0, 1]] {
        let words = [words, &[7; 70_000]].concat();
        let error = error_after(&words);
        assert!(matches!(error, LineError::Malformed(_)), "{error}");
    }
    assert!(matches!(error_after(&[]), LineError::Disconnected));
    assert!(matches!(
        error_after(&[200, 0, 1, 2]),
        LineError::Disconnected
    ));
}

#[test]
fn a_frame_that_comes_twice_or_is_left_out_is_refused() {
    let (ours, theirs) = pair();
    let mut frame = Vec::new();
    seal(&ours.noise, 1, &[1, 0, 0, 0, 0], &mut frame).unwrap();
    write(&ours, &[frame.clone(), frame].concat());
    assert!(theirs.recv::<ToCluster>(LIMIT).unwrap().messages.is_empty());
    let error = theirs.recv::<ToCluster>(LIMIT).map(drop).unwrap_err();
    assert!(matches!(error, LineError::Malformed(_)), "{error}");
    let (ours, theirs) = pair();
    let mut frame = Vec::new();
    seal(&ours.noise, 2, &[1, 0, 0, 0, 0], &mut frame).unwrap();
    write(&ours, &frame);
    let error = theirs.recv::<ToCluster>(LIMIT).map(drop).unwrap_err();
    assert!(matches!(error, LineError::Malformed(_)), "{error}");
}

#[test]
fn a_packet_that_claims_too_much_is_refused_before_it_comes() {
    let (ours, theirs) = pair();
    let mut frame = Vec::new();
    seal(&ours.noise, 1, &[0xff; 4], &mut frame).unwrap();
    write(&ours, &frame);
    let error = theirs.recv::<ToCluster>(LIMIT).map(drop).unwrap_err();
    assert!(error.to_string().contains("above the limit"), "{error}");
}
