//! Connects to a scheduler, and tries again until it answers or the patience is over.

use std::fmt;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use scheduler::limits::CONNECT_LIMIT;
use scheduler::wire::Role;

use crate::key::Key;
use crate::line::Line;
use crate::login::{self, LoginError};
use crate::peer::{ConnectError, PeerLine, Target};
use crate::wire::{Hello, NAME_BYTES, VERSION};

/// The first and the longest pause before the next try.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Where a scheduler is, and what a peer needs to be let in.
#[derive(Clone)]
pub(crate) struct Scheduler {
    /// A host and a port.
    pub(crate) address: String,
    pub(crate) key: Key,
    pub(crate) role: Role,
}

impl Target for Scheduler {
    fn address(&self) -> &str {
        &self.address
    }

    /// Blocks for at most [`CONNECT_LIMIT`] for each address of the host, and for the login.
    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
        let Self { address, key, role } = self;
        let not_there = |why: &dyn fmt::Display| {
            ConnectError::NotThere(format!("no scheduler answers at {address}: {why}"))
        };
        let found = address
            .to_socket_addrs()
            .map_err(|error| not_there(&error))?;
        let mut last = not_there(&"the name has no address");
        for place in found {
            if key.is_none() && !place.ip().is_loopback() {
                return Err(ConnectError::Refused(format!(
                    "{address} is another machine: give --key FILE, the key of its scheduler"
                )));
            }
            match TcpStream::connect_timeout(&place, CONNECT_LIMIT) {
                Ok(stream) => return Ok(self.log_in(stream, *role)?),
                Err(error) => last = not_there(&error),
            }
        }
        Err(last)
    }
}

impl Scheduler {
    fn log_in(&self, stream: TcpStream, role: Role) -> Result<Arc<Line>, ConnectError> {
        let Self { address, key, .. } = self;
        let hello = Hello {
            version: VERSION,
            role,
            name: name(),
        };
        let noise = login::connect(&stream, key, &hello).map_err(|error| match error {
            LoginError::WrongKey if key.is_none() => ConnectError::Refused(format!(
                "the scheduler at {address} wants a key, or is none: give --key FILE"
            )),
            LoginError::WrongKey => ConnectError::Refused(format!(
                "the scheduler at {address} has another key, or none, or is no scheduler"
            )),
            LoginError::Cut(error) => {
                ConnectError::NotThere(format!("no scheduler answers at {address}: {error}"))
            }
        })?;
        let port = stream.local_addr().as_ref().map_or(0, SocketAddr::port);
        let line = Line::new(stream, noise, format!("tcp {port}"));
        line.map(Arc::new)
            .map_err(|error| ConnectError::NotThere(error.to_string()))
    }
}

/// The name of this machine, and the pid.
pub(crate) fn name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let pid = std::process::id();
    let room = NAME_BYTES - 11; // A colon and a pid.
    let host = host.trim();
    format!("{}:{pid}", &host[..host.floor_char_boundary(room)])
}

/// The pauses between tries: each is doubled, and shortened by a random part, so that workers that
/// have lost their scheduler together do not come back together.
pub(crate) struct Pauses {
    next: Duration,
    begun: Instant,
    /// How long to go on trying; `None` for forever.
    patience: Option<Duration>,
}

impl Pauses {
    pub(crate) fn new(patience: Option<Duration>) -> Self {
        Self {
            next: FIRST_PAUSE,
            begun: Instant::now(),
            patience,
        }
    }

    pub(crate) fn next(&mut self) -> Option<Duration> {
        let left = match self.patience {
            Some(patience) => patience.checked_sub(self.begun.elapsed())?,
            None => Duration::MAX,
        };
        let longest = self.next.min(LONGEST_PAUSE);
        self.next = longest * 2;
        let chance = common::random_number() % 1024;
        let part = longest * u32::try_from(512 + chance / 2).unwrap_or(1024) / 1024;
        Some(part.min(left))
    }
}
