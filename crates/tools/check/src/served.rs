//! How a page is served.

/// How the server answers the requests for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// With a page of this many bytes.
    Whole(usize),
    /// In the same way, but a second later than in its turn.
    Late(usize),
    /// The page is not found (404).
    NotFound,
    /// With the first half of a page of this many bytes. Then it closes the connection.
    CutOff(usize),
    /// It closes the connection without an answer.
    Nothing,
    /// It cannot be asked: the address has a port at which no server listens.
    Refused,
}

impl Served {
    /// All that the server sends.
    pub(crate) fn answer(self) -> Vec<u8> {
        let (status, bytes, sent) = match self {
            Self::Whole(bytes) | Self::Late(bytes) => ("200 OK", bytes, bytes),
            Self::NotFound => ("404 Not Found", 0, 0),
            Self::CutOff(bytes) => ("200 OK", bytes, bytes / 2),
            Self::Nothing | Self::Refused => return Vec::new(),
        };
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n");
        [head.as_bytes(), &page(bytes)[..sent]].concat()
    }
}

/// A page of this many bytes, which is no text and has blanks at both ends. A program that makes a text of
/// it and counts the letters finds another number.
pub(crate) fn page(bytes: usize) -> Vec<u8> {
    let piece = b" caf\xc3\xa9 \xe9\0\r\n";
    let mut page = piece.repeat(bytes / piece.len() + 1);
    page.truncate(bytes);
    if let Some(last) = page.last_mut() {
        *last = b' ';
    }
    page
}
