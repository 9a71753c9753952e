//! Looks up a host's addresses: with a time limit, and with an error when no thread is left for it.
//! (ureq's own resolver panics then.)

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::threads::on_a_thread;

/// The addresses of a host, for the client for tasks. A number needs no thread.
pub(crate) async fn addresses(host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    if let Ok(number) = host.parse::<IpAddr>() {
        return Ok(vec![(number, port).into()]);
    }
    let found = on_a_thread(move || (host.as_str(), port).to_socket_addrs()).await??;
    Ok(found.collect())
}

/// The capacity of a [`ResolvedSocketAddrs`].
const MOST: usize = 16;

/// The addresses of a host, for the client that blocks.
#[derive(Debug)]
pub(crate) struct Patient;

impl Resolver for Patient {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let (usual, authority) = match (uri.scheme_str(), uri.authority()) {
            (Some("http"), Some(authority)) => (80, authority),
            (Some("https"), Some(authority)) => (443, authority),
            _ => return Err(Error::BadUri(uri.to_string())),
        };
        let port = authority.port_u16().unwrap_or(usual);
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']');
        let found = match host.parse::<IpAddr>() {
            Ok(number) => vec![(number, port).into()],
            Err(_) => look_up((host.to_owned(), port), timeout)?,
        };
        let mut addresses = self.empty();
        let wanted = config.ip_family();
        for address in wanted.keep_wanted(found.into_iter()).take(MOST) {
            addresses.push(address);
        }
        match addresses.is_empty() {
            true => Err(Error::HostNotFound),
            false => Ok(addresses),
        }
    }
}

fn look_up(authority: (String, u16), timeout: NextTimeout) -> Result<Vec<SocketAddr>, Error> {
    let (sender, addresses) = sync_channel(1);
    thread::Builder::new().spawn(move || sender.send(authority.to_socket_addrs()))?;
    match addresses.recv_timeout(*timeout.after) {
        Ok(found) => Ok(found?.collect()),
        Err(RecvTimeoutError::Timeout) => Err(Error::Timeout(timeout.reason)),
        Err(RecvTimeoutError::Disconnected) => Err(Error::HostNotFound),
    }
}
