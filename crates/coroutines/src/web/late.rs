//! A server that lets its clients wait, ten thousand at a time if they like.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use common::lane;
use nix::sys::socket::{Backlog, listen};

/// How large its page is.
pub const LATE_PAGE_BYTES: usize = 1000;

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
    address: SocketAddr,
    closing: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl LateServer {
    /// Serves on a port that the system chooses, each client `wait` after it has come.
    ///
    /// # Errors
    /// When no port can be opened or no thread started.
    pub fn start(wait: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // std asks for a line of 128 who have come and are not accepted yet; a client too many is
        // told nothing, and tries again a second later. Source: listen(2).
        listen(&listener, Backlog::MAXCONN)?;
        let address = listener.local_addr()?;
        let closing = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&closing);
        let (queue, due) = mpsc::channel();
        let _answering = thread("answering", move || answer(&due))?;
        let accepting = thread("accepting", move || accept(&listener, wait, &queue, &seen))?;
        Ok(Self {
            address,
            closing,
            accepting: Some(accepting),
        })
    }

    /// The address of the page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/late", self.address)
    }
}

impl Drop for LateServer {
    fn drop(&mut self) {
        // Before the knock: the thread looks at it after each connection, so after this one.
        self.closing.store(true, Ordering::Relaxed);
        let knocked = TcpStream::connect(self.address);
        if let (Ok(_), Some(thread)) = (knocked, self.accepting.take()) {
            let _ended = thread.join();
        }
    }
}

fn thread(name: &'static str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        lane::enter(name);
        work();
    })
}

fn accept(
    listener: &TcpListener,
    wait: Duration,
    queue: &Sender<(Instant, TcpStream)>,
    closing: &AtomicBool,
) {
    for client in listener.incoming() {
        if closing.load(Ordering::Relaxed) {
            return;
        }
        match client {
            Ok(client) => _ = queue.send((Instant::now() + wait, client)),
            // Most likely out of descriptors: let some clients go first.
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
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
