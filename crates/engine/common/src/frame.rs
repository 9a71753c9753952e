//! A stream of bytes cut into messages: four bytes of length (little-endian), then so many bytes.

use std::io::{self, Read, Write};

/// Bytes of the length in front of each frame.
const LENGTH_BYTES: usize = 4;

/// Writes one frame, in one `write` if the writer takes it whole.
///
/// # Errors
/// `InvalidInput` for a body above `u32::MAX` bytes, else what the writer says.
pub fn write(mut writer: impl Write, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).map_err(|_| {
        let text = format!("a frame of {} bytes is too long (4 GiB)", body.len());
        io::Error::new(io::ErrorKind::InvalidInput, text)
    })?;
    let mut frame = Vec::with_capacity(LENGTH_BYTES + body.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(body);
    writer.write_all(&frame)
}

/// Reads one frame; `None` when the stream ends before it. Blocks until the frame is whole.
///
/// # Errors
/// `UnexpectedEof` when the stream ends inside the frame, `InvalidData` when it claims more
/// than `limit` bytes (nothing is allocated for a length that is only claimed), else what the
/// reader says.
pub fn read(mut reader: impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; LENGTH_BYTES];
    let got = read_up_to(&mut reader, &mut length)?;
    if got == 0 {
        return Ok(None);
    }
    if got < LENGTH_BYTES {
        return Err(cut_short());
    }
    let length = u32::from_le_bytes(length);
    if length as usize > limit {
        let text = format!("a frame of {length} bytes is above the limit of {limit}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let mut body = Vec::new();
    reader.take(u64::from(length)).read_to_end(&mut body)?;
    if body.len() < length as usize {
        return Err(cut_short());
    }
    Ok(Some(body))
}

/// Fills `buffer`, or stops at the end of the stream; gives the number of bytes read.
fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn cut_short() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the stream ended inside a message: its writer died",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
