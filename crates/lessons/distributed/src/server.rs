//! Where the scheduler listens, and how long it lives.

use std::error::Error;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::{fmt, io};

use crate::hub::serve;

/// A scheduler that listens and has not begun to answer.
///
/// It has no thread yet, so it can be moved into a [`Process`](multiprocess::Process). Who
/// connects before [`run`](Self::run) is kept in the queue of the system. Drop closes the port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

/// Why no scheduler listens.
#[derive(Debug)]
#[non_exhaustive]
pub enum BindError {
    /// The text names no address.
    Unresolved {
        /// The text.
        given: String,
        /// What the system said.
        source: io::Error,
    },
    /// Other machines could connect, and no peer is asked for a key.
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The system refuses to listen there.
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
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
    /// Listens on `address`, a host and a port; port 0 takes any that is free.
    ///
    /// # Errors
    /// [`BindError`], which names the address.
    pub fn bind(address: &str) -> Result<Self, BindError> {
        let unresolved = |source| BindError::Unresolved {
            given: address.to_owned(),
            source,
        };
        let mut found = address.to_socket_addrs().map_err(unresolved)?;
        let address = found
            .next()
            .ok_or_else(|| unresolved(io::ErrorKind::NotFound.into()))?;
        if !address.ip().is_loopback() {
            return Err(BindError::NotLoopback { address });
        }
        let listen = |source| BindError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        Ok(Self { listener, address })
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves clients and workers. Blocks until a client asks for the end and every worker has
    /// hung up, which takes [`GRACE`](crate::limits::GRACE) at most; then every thread and
    /// connection is gone.
    ///
    /// A peer that sends garbage, reads nothing, or does not say what it is loses its
    /// connection; the others go on. So they do while the system has no descriptor for another
    /// connection.
    ///
    /// # Errors
    /// When the system has no thread to begin with.
    pub fn run(self) -> io::Result<()> {
        serve(&self.listener)
    }
}
