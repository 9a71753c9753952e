//! Messages cut out of a stream of bytes.

use std::io;

use common::frame::{read, write};

#[test]
fn frames_come_back_whole_and_then_the_end() {
    let mut stream = Vec::new();
    for body in [b"a".as_slice(), b"", b"cd"] {
        write(&mut stream, body).unwrap();
    }
    let mut stream = stream.as_slice();
    for body in [b"a".as_slice(), b"", b"cd"] {
        assert_eq!(read(&mut stream, 2).unwrap().unwrap(), body);
    }
    assert!(read(&mut stream, 2).unwrap().is_none());
}

#[test]
fn a_frame_cut_at_any_byte_is_an_error_and_not_an_end() {
    let mut stream = Vec::new();
    write(&mut stream, b"whole").unwrap();
    for cut in 1..stream.len() {
        let error = read(&stream[..cut], 5).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "cut at {cut}");
    }
}

#[test]
fn a_frame_above_the_limit_is_refused() {
    let stream = u32::MAX.to_le_bytes();
    let error = read(stream.as_slice(), 1 << 20).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
}

/// The bytes after a frame belong to the next reader of the stream.
#[test]
fn a_frame_takes_no_byte_of_the_next_one() {
    let mut stream = Vec::new();
    write(&mut stream, b"one").unwrap();
    write(&mut stream, b"two").unwrap();
    let mut rest = stream.as_slice();
    read(&mut rest, 9).unwrap();
    assert_eq!(rest, &stream[7..]);
}
