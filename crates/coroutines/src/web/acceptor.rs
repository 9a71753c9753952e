//! What the servers of this lesson share: a thread that lets clients in until nobody wants it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use common::lane;
use nix::sys::socket::{Backlog, listen};

/// Lets clients in on the loopback address, on a port that the system chooses. Dropping it closes
/// the port.
#[derive(Debug)]
pub(super) struct Acceptor {
    pub(super) address: SocketAddr,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Acceptor {
    /// Calls `serve` with each client, in a thread called `name`.
    pub(super) fn start(
        name: &'static str,
        serve: impl FnMut(TcpStream) + Send + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // std asks for a line of 128 who have come and are not accepted yet; a client too many is
        // told nothing, and tries again a second later. Source: listen(2).
        listen(&listener, Backlog::MAXCONN)?;
        let address = listener.local_addr()?;
        let closing = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&closing);
        let thread = start_thread(name, move || accept(&listener, serve, &seen))?;
        Ok(Self {
            address,
            closing,
            thread: Some(thread),
        })
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        // Before the knock: the thread looks at it after each connection, so after this one.
        self.closing.store(true, Ordering::Relaxed);
        let knocked = TcpStream::connect(self.address);
        if let (Ok(_), Some(thread)) = (knocked, self.thread.take()) {
            let _ended = thread.join();
        }
    }
}

fn accept(listener: &TcpListener, mut serve: impl FnMut(TcpStream), closing: &AtomicBool) {
    for client in listener.incoming() {
        if closing.load(Ordering::Relaxed) {
            return;
        }
        match client {
            Ok(client) => serve(client),
            // Most likely out of descriptors: let some clients go first.
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Starts a thread whose lane has its name.
pub(super) fn start_thread(
    name: &'static str,
    work: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        lane::enter(name);
        work();
    })
}
