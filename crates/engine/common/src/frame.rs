//! Frames in a stream of bytes: each is four bytes of length (little-endian), then that many bytes.
//!
//! ```text
//!     +----+----+----+----+----+----+----+----+----+----+----+----
//!     |  5 |  0 |  0 |  0 | u  | r  | l  | _  | 0  |  2 |  0 | ...
//!     +----+----+----+----+----+----+----+----+----+----+----+----
//! ```

use std::io::{Error, ErrorKind, Read, Result, Write};

/// Writes one frame, by one `write` if the writer takes all of it at once: a kill seldom comes in between.
///
/// # Errors
/// `InvalidInput` for a body of more than `u32::MAX` bytes, otherwise the error of the writer.
pub fn write(mut writer: impl Write, body: &[u8]) -> Result<()> {
    let length = u32::try_from(body.len()).map_err(|_| {
        let text = format!("a frame of {} bytes is too long (4 GiB)", body.len());
        Error::new(ErrorKind::InvalidInput, text)
    })?;
    writer.write_all(&[&length.to_le_bytes()[..], body].concat())
}

/// Reads one frame; `None` if the stream ends before it. Blocks until the frame is complete.
///
/// # Errors
/// `UnexpectedEof` if the stream ends inside the frame; `InvalidData` if it claims more than `limit`
/// bytes (no memory is reserved for a claimed length); otherwise the error of the reader.
pub fn read(mut reader: impl Read, limit: usize) -> Result<Option<Vec<u8>>> {
    let length = read_up_to(&mut reader, 4)?;
    if length.is_empty() {
        return Ok(None);
    }
    let length = <[u8; 4]>::try_from(length).map_err(|_| cut_short())?;
    let length = u32::from_le_bytes(length) as usize;
    if length > limit {
        let text = format!("a frame of {length} bytes is above the limit of {limit}");
        return Err(Error::new(ErrorKind::InvalidData, text));
    }
    let body = read_up_to(&mut reader, length)?;
    match body.len() == length {
        true => Ok(Some(body)),
        false => Err(cut_short()),
    }
}

/// Reads `len` bytes, or fewer if the stream ends first. (One `read` may return only some of them.)
fn read_up_to(reader: &mut impl Read, len: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(len as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn cut_short() -> Error {
    let text = "the stream ended inside a message: its writer died, or another reader has the rest";
    Error::new(ErrorKind::UnexpectedEof, text)
}
