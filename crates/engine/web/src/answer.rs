//! The answer of a server: a head, and a page, which ends as the head announces or else where the
//! connection does.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};

use smol::io::AsyncRead;

use crate::address::number;
use crate::failure::GetFailure;

/// An answer, with the bytes received so far.
#[derive(Debug)]
pub(crate) struct Answer<S> {
    stream: S,
    come: Vec<u8>,
    most_bytes: usize,
}

/// The parts of a head that a client needs.
struct Head {
    status: u16,
    /// The length of the page; without it, the page ends where the connection does.
    length: Option<usize>,
}

impl<S: AsyncRead + Unpin> Answer<S> {
    /// An answer that may have `most_bytes` bytes, in head and page together.
    pub(crate) fn new(stream: S, most_bytes: usize) -> Self {
        let come = Vec::new();
        Self {
            stream,
            come,
            most_bytes,
        }
    }

    /// Reads to the end of the page, and returns it.
    pub(crate) async fn page(mut self) -> Result<Vec<u8>, GetFailure> {
        let mut begin = 0;
        let head = loop {
            let end = self.end_of_head(begin).await?;
            let head = Head::parse(&self.come[begin..end])?;
            begin = end + BLANK_LINE.len();
            // 1xx: an interim answer; the final one follows. 101 switches to another protocol.
            if !(100..200).contains(&head.status) || head.status == 101 {
                break head;
            }
        };
        if head.status != 200 {
            return Err(GetFailure::Status(head.status));
        }
        match head.length {
            None => while self.more().await? {},
            Some(promised) if promised > self.most_bytes => {
                return Err(GetFailure::TooLarge(self.most_bytes));
            }
            Some(promised) => {
                while self.come.len() - begin < promised {
                    if !self.more().await? {
                        let got = self.come.len() - begin;
                        return Err(GetFailure::CutOff { got, promised });
                    }
                }
                // Bytes beyond the length that the server has announced are not part of the page.
                self.come.truncate(begin + promised);
            }
        }
        Ok(self.come.split_off(begin))
    }

    async fn end_of_head(&mut self, begin: usize) -> Result<usize, GetFailure> {
        let mut looked_at = begin;
        loop {
            let mut fours = self.come[looked_at..].windows(BLANK_LINE.len());
            if let Some(end) = fours.position(|four| four == BLANK_LINE) {
                return Ok(looked_at + end);
            }
            looked_at = begin.max(self.come.len().saturating_sub(BLANK_LINE.len() - 1));
            if !self.more().await? {
                return Err(GetFailure::NotHttp);
            }
        }
    }

    /// Reads the bytes that have arrived; `false` if the server has closed the connection.
    async fn more(&mut self) -> Result<bool, GetFailure> {
        let read = poll_fn(|context| {
            // On the stack, so it exists only while bytes are read, and not in ten thousand tasks
            // that wait.
            let mut block = [0; 4096];
            let bytes = ready!(Pin::new(&mut self.stream).poll_read(context, &mut block))?;
            self.come.extend_from_slice(&block[..bytes]);
            Poll::Ready(io::Result::Ok(bytes))
        });
        let bytes = read.await?;
        if self.come.len() > self.most_bytes {
            return Err(GetFailure::TooLarge(self.most_bytes));
        }
        Ok(bytes > 0)
    }
}

/// The end of a head.
const BLANK_LINE: &[u8] = b"\r\n\r\n";

impl Head {
    fn parse(head: &[u8]) -> Result<Self, GetFailure> {
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(status).ok_or(GetFailure::NotHttp)?;
        let mut length = None;
        // In an answer with another status the headers do not matter: it has no page.
        for line in lines.take_while(|_| status == 200) {
            let (name, value) = header(line)?;
            match name.to_ascii_lowercase().as_str() {
                "transfer-encoding" => {
                    return Err(GetFailure::Unsupported("a page that comes in chunks"));
                }
                "content-encoding" if !value.eq_ignore_ascii_case("identity") => {
                    return Err(GetFailure::Unsupported("a page that is compressed"));
                }
                "content-length" => {
                    let bytes = number(value).ok_or(GetFailure::BadHead("the length"))?;
                    if length.is_some_and(|other| other != bytes) {
                        return Err(GetFailure::BadHead("a second length"));
                    }
                    length = Some(bytes);
                }
                _ => {}
            }
        }
        Ok(Self { status, length })
    }
}

/// The status in a line such as `HTTP/1.1 200 OK`.
fn status(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("HTTP/1.")?;
    let (minor, rest) = rest.split_once(' ')?;
    let (code, _words) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_status = minor.len() == 1 && number::<u8>(minor).is_some() && code.len() == 3;
    is_status.then(|| number(code))?.filter(|code| *code >= 100)
}

/// The name and the value of a line `Name: value`.
fn header(line: &str) -> Result<(&str, &str), GetFailure> {
    let (name, value) = line
        .split_once(':')
        .ok_or(GetFailure::BadHead("a line without a colon"))?;
    // A blank at the start would continue the line before; programs disagree about a blank before
    // the colon, and about a bare line end.
    if name.is_empty() || name.contains([' ', '\t']) || line.contains(['\r', '\n', '\0']) {
        return Err(GetFailure::BadHead(
            "a line with a blank or a line end where none may be",
        ));
    }
    Ok((name, value.trim_matches([' ', '\t'])))
}
