//! The common part of both servers: a thread that accepts clients until its owner drops it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use common::lane;
use nix::sys::socket::sockopt::AcceptConn;
use nix::sys::socket::{Backlog, Shutdown, getsockopt, listen, shutdown};

/// Accepts clients on the loopback address, on a port that the system chooses. Dropping it closes
/// the port.
#[derive(Debug)]
pub(crate) struct Acceptor {
    pub(crate) address: SocketAddr,
    listener: Arc<TcpListener>,
    thread: Option<JoinHandle<()>>,
}

impl Acceptor {
    /// Calls `serve` with each client, in a thread called `name`. `serve` must not wait for the
    /// client: other clients wait to be accepted, and dropping the acceptor waits for it.
    pub(crate) fn start(
        name: &'static str,
        serve: impl FnMut(TcpStream) + Send + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // std asks for a queue of 128 clients that are not accepted yet; a client beyond that
        // receives no answer, and tries again a second later. Source: listen(2).
        listen(&listener, Backlog::MAXCONN)?;
        let address = listener.local_addr()?;
        let listener = Arc::new(listener);
        let its = Arc::clone(&listener);
        let thread = start_thread(name, move || accept(&its, serve))?;
        Ok(Self {
            address,
            listener,
            thread: Some(thread),
        })
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        // Ends the thread's wait for a client without any resources. A connection of our own would
        // end it too, but needs a descriptor and a place in the queue.
        let woken = shutdown(self.listener.as_raw_fd(), Shutdown::Read);
        if let (Ok(()), Some(thread)) = (woken, self.thread.take()) {
            let _ended = thread.join();
        }
    }
}

fn accept(listener: &TcpListener, mut serve: impl FnMut(TcpStream)) {
    for client in listener.incoming() {
        match client {
            Ok(client) => serve(client),
            // The listener was shut down. The error itself may not show that: if no descriptor is
            // left, every error is that one.
            Err(_) if getsockopt(listener, AcceptConn) != Ok(true) => return,
            // Probably no descriptor is free: let some clients end first.
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Starts a thread, and puts it on a lane of its name.
pub(crate) fn start_thread(
    name: &'static str,
    work: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let thread = thread::Builder::new().name(name.to_owned());
    let started = thread.spawn(move || {
        lane::enter(name);
        work();
    });
    started.map_err(|error| {
        let message = format!("cannot start thread {name}: {error}; see ulimit -u");
        io::Error::new(error.kind(), message)
    })
}
