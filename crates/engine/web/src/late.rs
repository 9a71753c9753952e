//! A server that lets its clients wait, ten thousand at a time if needed.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use common::Until;

use crate::acceptor::{Acceptor, start_thread};

/// The length of its page.
pub const LATE_PAGE_BYTES: usize = 1000;

/// A longer wait could overflow a clock.
const LONGEST_WAIT: Duration = Duration::from_secs(1 << 30);

/// How long a client may take for its request after it is due. On a busy machine one thread with hundreds
/// of clients may need many seconds to send all requests.
const REQUEST_TIME: Duration = Duration::from_secs(if cfg!(test) { 2 } else { 30 });

/// An HTTP server on the loopback address that answers every client with the same page, after the
/// same wait. Two threads are enough, however many clients wait: the first to come is the first to
/// be due, so they wait in a plain queue.
///
/// Clients that are due and have sent no request delay the others, all together for half a minute at
/// most. Dropping the server closes the port; clients that wait by then are still answered.
#[derive(Debug)]
pub struct LateServer {
    acceptor: Acceptor,
}

impl LateServer {
    /// Serves on a port that the system chooses, and answers each client `wait` after it has connected.
    ///
    /// # Errors
    /// When no port can be opened or no thread started.
    pub fn start(wait: Duration) -> io::Result<Self> {
        let wait = wait.min(LONGEST_WAIT);
        let (queue, due) = mpsc::channel();
        let _answering = start_thread("answering", move || answer(&due))?;
        let acceptor = Acceptor::start("accepting", move |client| {
            // Fails only if the answering thread has ended; then no client is answered.
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
    for (at, client) in due {
        thread::sleep(at.saturating_duration_since(Instant::now()));
        let left = (at + REQUEST_TIME).saturating_duration_since(Instant::now());
        // Without time left, too, one call is made: the request of a client that is due may be there.
        let asked = Until::after(left, &client).read(&mut [0; 4096]);
        // A client that has gone does not matter to the server.
        let answering = || Until::after(REQUEST_TIME, &client).write_all(answer.as_bytes());
        let _or_gone = asked.and_then(|_bytes| answering());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Silent ones wait for their limit at the same time, so this takes one limit and not ten.
    #[test]
    fn silent_clients_delay_the_others_for_one_limit_in_all() {
        let late = LateServer::start(Duration::ZERO).unwrap();
        let connect = || TcpStream::connect(late.acceptor.address).unwrap();
        let _silent: Vec<_> = (0..10).map(|_| connect()).collect();
        let mut asking = connect();
        asking.write_all(b"GET /late HTTP/1.0\r\n\r\n").unwrap();
        asking.set_read_timeout(Some(8 * REQUEST_TIME)).unwrap();
        let mut page = String::new();
        asking.read_to_string(&mut page).unwrap();
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    }
}
