//! The address at which the scheduler listens, and its run.

use std::error::Error;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::{fmt, io};

use crate::hub::serve;

/// A scheduler that listens, but does not answer yet.
///
/// It has no thread yet, so it can be moved into a [`Process`](multiprocess::Process). Peers that
/// connect before [`run`](Self::run) wait in the system's queue. Drop closes the port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

/// Why the scheduler cannot listen.
#[derive(Debug)]
#[non_exhaustive]
pub enum BindError {
    /// The text is not the address of any host.
    Unresolved {
        /// The text.
        given: String,
        /// The system's error.
        source: io::Error,
    },
    /// Other machines could connect, and the scheduler asks for no key.
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The system refuses to listen there.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved { given, source } => write!(
                f,
                "cannot find the address '{given}': {source}; give a host and a port, such as 127.0.0.1:0"
            ),
            Self::NotLoopback { address } => write!(
                f,
                "cannot listen on {address}: without a key it has to be an address of this machine alone, such as 127.0.0.1:0"
            ),
            Self::Listen { address, source } => write!(
                f,
                "cannot listen on {address}: {source}; port 0 takes any that is free"
            ),
        }
    }
}

impl Error for BindError {}

impl Server {
    /// Listens on `address`, a host and a port; port 0 takes any free port.
    ///
    /// # Errors
    /// [`BindError`], which names the address.
    pub fn bind(address: &str) -> Result<Self, BindError> {
        let unresolved = |source| BindError::Unresolved {
            given: address.to_owned(),
            source,
        };
        let mut found = address.to_socket_addrs().map_err(unresolved)?;
        let none = || unresolved(io::ErrorKind::NotFound.into());
        let address = found.next().ok_or_else(none)?;
        if !address.ip().is_loopback() {
            return Err(BindError::NotLoopback { address });
        }
        let listen = |source| BindError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        Ok(Self { listener, address })
    }

    /// The address at which it listens, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves clients and workers. Blocks until a client asks for the end and every worker has hung
    /// up, which takes [`GRACE`](crate::limits::GRACE) at most; then every thread and connection is
    /// gone.
    ///
    /// A peer that sends garbage, reads nothing, or does not send its role loses its connection;
    /// the others are still served, even while the system has no descriptor for another connection.
    ///
    /// # Errors
    /// When the system has no descriptor or thread for it.
    pub fn run(self) -> io::Result<()> {
        serve(&self.listener)
    }
}
