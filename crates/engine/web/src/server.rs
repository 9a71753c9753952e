//! A server for three pages on this machine, so that the lesson needs no internet.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use common::{Until, paced};

use crate::acceptor::{Acceptor, start_thread};

/// The notes' three sites in the notes' order, each with its size in the notes.
const PAGES: [(&str, usize); 3] = [("github", 52_801), ("python", 48_922), ("baidu", 227)];

/// The time between two pages.
const STEP: Duration = Duration::from_millis(250);

/// How long a client may take for its whole request, and how long the request may be.
const REQUEST_TIME: Duration = Duration::from_secs(5);
const REQUEST_BYTES: u64 = 8 << 10;

/// How long a client may take to read its whole answer.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// A small HTTP server on the loopback address, on a port that the system chooses, with its own
/// threads: a task that blocks cannot stop it.
///
/// Dropping it closes the port. An answer under way is still sent.
#[derive(Debug)]
pub struct PageServer {
    acceptor: Acceptor,
}

impl PageServer {
    /// Serves the three pages after a quarter, a half and three quarters of a second (times
    /// `--pace`): baidu comes first, then github, then python, as in the notes.
    ///
    /// # Errors
    /// When no port can be opened or no thread started.
    pub fn start() -> io::Result<Self> {
        Self::start_with([2, 3, 1].map(|steps| paced(STEP * steps)))
    }

    /// Serves github, python and baidu, each after its pause.
    ///
    /// # Errors
    /// Those of [`start`](Self::start).
    pub fn start_with(pauses: [Duration; 3]) -> io::Result<Self> {
        let acceptor = Acceptor::start("server", move |client| {
            // Without a thread, the connection is dropped, and its client sees that.
            let _or_dropped = start_thread("server", move || {
                // A client that has gone does not matter to the server.
                let _or_gone = answer(&client, pauses);
            });
        })?;
        Ok(Self { acceptor })
    }

    /// The addresses of the pages, in the notes' order: github, python, baidu.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        let url = |(name, _)| format!("http://{}/{name}", self.acceptor.address);
        PAGES.map(url).to_vec()
    }
}

fn answer(client: &TcpStream, pauses: [Duration; 3]) -> io::Result<()> {
    let path = read_request(client)?;
    let known = PAGES
        .iter()
        .position(|(name, _)| path == format!("/{name}"));
    let (status, bytes) = match known {
        Some(page) => {
            thread::sleep(pauses[page]);
            ("200 OK", PAGES[page].1)
        }
        None => ("404 Not Found", 0),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n");
    let mut whole = head.into_bytes();
    whole.resize(whole.len() + bytes, b'.');
    Until::after(ANSWER_TIME, client).write_all(&whole)
}

/// Reads up to the blank line, so that nothing is left unread when the connection is closed (the
/// client would lose the end of the page). Returns the path.
fn read_request(client: &TcpStream) -> io::Result<String> {
    let client = Until::after(REQUEST_TIME, client);
    let mut lines = BufReader::new(client.take(REQUEST_BYTES)).lines();
    let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    Ok(request.split(' ').nth(1).unwrap_or_default().to_owned())
}
