//! A server that lets its clients wait, ten thousand at a time if they like.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::acceptor::{Acceptor, start_thread};

/// How large its page is.
pub const LATE_PAGE_BYTES: usize = 1000;

/// No clock runs out of numbers with it.
const LONGEST_WAIT: Duration = Duration::from_secs(1 << 30);

/// How long a client that is due may take over its request.
const REQUEST_TIME: Duration = Duration::from_secs(5);

/// An HTTP server on the loopback address that answers every client with the same page, after
/// the same wait. Two threads are enough, however many clients wait: who came first is due
/// first, so they wait in a plain queue.
///
/// A client that is due and has sent no request holds the others up, 5 seconds at most. Dropping
/// the server closes the port; who waits by then is still answered.
#[derive(Debug)]
pub struct LateServer {
    acceptor: Acceptor,
}

impl LateServer {
    /// Serves on a port that the system chooses, each client `wait` after it has come.
    ///
    /// # Errors
    /// When no port can be opened or no thread started.
    pub fn start(wait: Duration) -> io::Result<Self> {
        let wait = wait.min(LONGEST_WAIT);
        let (queue, due) = mpsc::channel();
        let _answering = start_thread("answering", move || answer(&due))?;
        let acceptor = Acceptor::start("accepting", move |client| {
            // Fails only when the answering thread has ended; then no client gets an answer.
            let _or_dropped = queue.send((Instant::now() + wait, client));
        })?;
        Ok(Self { acceptor })
    }

    /// The address of the page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/late", self.acceptor.address)
    }
}

/// Answers until the accepting thread has ended and the queue is empty.
fn answer(due: &Receiver<(Instant, TcpStream)>) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LATE_PAGE_BYTES}\r\n");
    let page = ".".repeat(LATE_PAGE_BYTES);
    let answer = format!("{head}Connection: close\r\n\r\n{page}");
    for (at, mut client) in due {
        thread::sleep(at.saturating_duration_since(Instant::now()));
        // A client that has gone away is no loss to a server.
        let _or_gone = client
            .set_read_timeout(Some(REQUEST_TIME))
            .and_then(|()| client.read(&mut [0; 4096]))
            .and_then(|_bytes| client.write_all(answer.as_bytes()));
    }
}
