//! How a page is served.

/// How the server answers the requests for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// With a page of this many bytes.
    Whole(usize),
    /// In the same way, but a second later than in its turn.
    Late(usize),
    /// With the address to which a page of this many bytes has moved (302), and there with the page.
    Moved(usize),
    /// The page is not found (404).
    NotFound,
    /// With the first half of a page of this many bytes. Then it closes the connection.
    CutOff(usize),
    /// It closes the connection without an answer.
    Nothing,
    /// It cannot be asked: the address has a port at which no server listens.
    Refused,
}

/// What follows the name of a page that has moved in its new name.
const MOVED: &str = "-has-moved";

impl Served {
    /// All that the server sends to a request for the page of this name.
    pub(crate) fn answer(self, name: &str) -> Vec<u8> {
        let (status, bytes, sent) = match self {
            Self::Whole(bytes) | Self::Late(bytes) => ("200 OK".to_owned(), bytes, bytes),
            Self::Moved(_) => (format!("302 Found\r\nLocation: /{name}{MOVED}"), 0, 0),
            Self::NotFound => ("404 Not Found".to_owned(), 0, 0),
            Self::CutOff(bytes) => ("200 OK".to_owned(), bytes, bytes / 2),
            Self::Nothing | Self::Refused => return Vec::new(),
        };
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n");
        [head.as_bytes(), &page(bytes)[..sent]].concat()
    }

    /// How the page of this name is served at the address `asked`, if it has moved there.
    pub(crate) fn moved_to(self, name: &str, asked: &str) -> Option<Self> {
        match self {
            Self::Moved(bytes) if asked.strip_suffix(MOVED) == Some(name) => {
                Some(Self::Whole(bytes))
            }
            _ => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_has_moved_is_at_the_address_in_the_answer() {
        let moved = Served::Moved(7);
        let answer = String::from_utf8(moved.answer("one")).unwrap();
        let (_, rest) = answer.split_once("\r\nLocation: /").unwrap();
        let (place, _) = rest.split_once("\r\n").unwrap();
        assert_eq!(moved.moved_to("one", place), Some(Served::Whole(7)));
        assert_eq!(moved.moved_to("two", place), None);
        assert_eq!(moved.moved_to("one", "one"), None);
        assert_eq!(Served::Whole(7).moved_to("one", place), None);
    }
}
