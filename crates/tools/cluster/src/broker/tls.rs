//! `amqps://`: the connection to a broker goes through TLS.
//!
//! lapin can do that itself, with fifty more crates, most of them for keys of clients, which are
//! not used here. But lapin runs on any runtime: this one is smol's, with sockets that speak TLS.

use std::fmt::{self, Display};
use std::future::Future;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, AsRawFd};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_rs::traits::Reactor;
use async_rs::util::RuntimeParts;
use async_rs::{Runtime, Smol};
use futures_rustls::TlsConnector;
use futures_rustls::client::TlsStream;
use futures_rustls::pki_types::pem::PemObject;
use futures_rustls::pki_types::{CertificateDer, ServerName};
use futures_rustls::rustls::{self, ClientConfig, RootCertStore, crypto::ring};
use smol::Async;
use smol::io::{AsyncRead, AsyncWrite};
use smol::stream::Stream;

/// The certificates that may sign a broker's.
#[derive(Clone)]
pub(crate) struct Trust(TlsConnector);

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust").finish_non_exhaustive()
    }
}

impl Trust {
    /// Trusts only the certificates in this file; without a file, those that the system trusts.
    pub(super) fn new(file: Option<&Path>) -> Result<Self, String> {
        let certificates = match file {
            Some(path) => read(path)?,
            None => rustls_native_certs::load_native_certs().certs,
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates);
        if roots.is_empty() {
            let place = file.map_or("this system".to_owned(), |path| path.display().to_string());
            return Err(format!(
                "{place} has no certificate to trust: --ca FILE names who has signed the broker's"
            ));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// A runtime whose sockets speak TLS with this host only.
    pub(super) fn runtime(&self, host: &str) -> io::Result<Runtime<RuntimeParts<Smol, Tls>>> {
        let name = ServerName::try_from(host.to_owned());
        let host = name.map_err(io::Error::other)?;
        let connector = self.0.clone();
        Ok(RuntimeParts::new(Smol, Tls { connector, host }).into())
    }
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let failed = |error: &dyn Display| {
        let shown = path.display();
        format!("cannot read the certificates in {shown}: {error}")
    };
    let all = CertificateDer::pem_file_iter(path).map_err(|error| failed(&error))?;
    all.collect::<Result<_, _>>()
        .map_err(|error| failed(&error))
}

/// The objection of TLS to the other end, if the error is one.
pub(super) fn objection(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// smol's sockets, each in TLS.
#[derive(Clone)]
pub(super) struct Tls {
    connector: TlsConnector,
    host: ServerName<'static>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        f.debug_struct("Tls")
            .field("host", host)
            .finish_non_exhaustive()
    }
}

impl Reactor for Tls {
    type TcpStream = TlsStream<Async<TcpStream>>;
    type Sleep = <Smol as Reactor>::Sleep;

    fn register<H: Read + Write + AsFd + AsRawFd + Send + 'static>(
        &self,
        socket: H,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
        Smol.register(socket)
    }

    fn sleep(&self, duration: Duration) -> Self::Sleep {
        Smol.sleep(duration)
    }

    fn interval(&self, duration: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        Smol.interval(duration)
    }

    fn tcp_connect_addr(
        &self,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::TcpStream>> + Send + 'static {
        let Self { connector, host } = self.clone();
        async move {
            let stream = Smol.tcp_connect_addr(address).await?;
            connector.connect(host, stream).await
        }
    }
}
