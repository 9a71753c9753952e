//! A client that blocks, made usable from a task: each fetch blocks in a thread.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use nix::libc::EAGAIN;
use ureq::http::Uri;
use ureq::tls::TlsConfig;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Proxy};

use crate::Limits;
use crate::resolve::Patient;
use crate::roots::roots;
use crate::threads::on_a_thread;

/// A page could not be fetched.
#[derive(Debug)]
pub struct FetchError {
    /// The address that was tried.
    pub url: String,
    /// The reason.
    pub source: Box<ureq::Error>,
    limit: Duration,
}

/// Fetches the page at `url`, http or https. The task waits, its thread does not: one of up to 500
/// other threads blocks instead.
///
/// A task that is killed meanwhile ends at once; the fetch itself goes on to its end.
///
/// # Errors
/// Those of [`fetch_blocking`]; and when the system has no thread to block in.
pub async fn fetch(url: impl Into<String>, limits: Limits) -> Result<Vec<u8>, FetchError> {
    let url = url.into();
    let its = url.clone();
    let fetched = on_a_thread(move || fetch_blocking(&its, limits)).await;
    fetched.unwrap_or_else(|no_thread| Err(failed(&url, limits, no_thread.into())))
}

/// Fetches the page at `url`; blocks the thread until it is there, for `limits.time` at most.
///
/// https trusts a server whose certificate comes from one of Mozilla's authorities; if
/// `SSL_CERT_FILE` names a file of certificates, from one of those instead.
///
/// # Errors
/// When the address is invalid; the server is not found, not trusted or does not answer in time; or
/// the answer is not HTTP, shorter than it announces, too large, not a success, or redirects too often.
pub fn fetch_blocking(url: &str, limits: Limits) -> Result<Vec<u8>, FetchError> {
    page(url, limits).map_err(|source| failed(url, limits, source))
}

fn failed(url: &str, limits: Limits, source: ureq::Error) -> FetchError {
    FetchError {
        url: url.to_owned(),
        source: Box::new(source),
        limit: limits.time,
    }
}

/// ureq adds a limit to a time, which overflows for one that is longer than the clock.
const LONGEST: Duration = Duration::from_secs(1 << 30);

fn page(url: &str, limits: Limits) -> Result<Vec<u8>, ureq::Error> {
    let uri = address(url)?;
    let config = Agent::config_builder()
        .proxy(proxy_for(&uri))
        .max_redirects(limits.redirects)
        .timeout_global(Some(limits.time.min(LONGEST)))
        .timeout_connect(Some(limits.connect.min(LONGEST)))
        .tls_config(TlsConfig::builder().root_certs(roots(&uri)?).build())
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::new(), Patient);
    let mut answer = agent.get(uri).call()?;
    let body = answer.body_mut().with_config();
    body.limit(limits.size_bytes as u64).read_to_vec()
}

/// Parses the address. A port that is not a number is an error here; ureq would use the scheme's
/// default port instead, and fetch something else.
fn address(url: &str) -> Result<Uri, ureq::Error> {
    let uri: Uri = url.parse().map_err(|_| bad(url))?;
    let authority = uri.authority().ok_or_else(|| bad(url))?;
    if authority.port_u16().is_none() && !authority.as_str().ends_with(authority.host()) {
        return Err(bad(url));
    }
    Ok(uri)
}

fn bad(url: &str) -> ureq::Error {
    ureq::Error::BadUri(url.to_owned())
}

/// The proxy that the environment names, but none for this machine, which a proxy cannot reach.
fn proxy_for(uri: &Uri) -> Option<Proxy> {
    match uri.host() {
        Some("localhost" | "127.0.0.1" | "[::1]") => None,
        _ => Proxy::try_from_env(),
    }
}

/// Prints what happened, and what to do about it.
impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, source, limit } = self;
        write!(f, "cannot fetch {url}: ")?;
        match source.as_ref() {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                write!(f, "not an address of the form http(s)://host[:port]/path")
            }
            ureq::Error::HostNotFound => {
                write!(f, "no such host; look at the name, and at the network")
            }
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => write!(
                f,
                "{error}; does it speak https, and do you trust it? SSL_CERT_FILE names whom"
            ),
            ureq::Error::Io(error) if error.raw_os_error() == Some(EAGAIN) => {
                write!(f, "no thread to block in: {error}; see `ulimit -u`")
            }
            ureq::Error::Io(error) => write!(
                f,
                "{error}; is the name right, and a server listening there?"
            ),
            ureq::Error::Timeout(_) => {
                write!(f, "no whole answer within {limit:?}; try again later")
            }
            ureq::Error::StatusCode(code) => {
                write!(f, "the server says {code}; look at the path")
            }
            ureq::Error::BodyExceedsLimit(bytes) => {
                write!(
                    f,
                    "the page is larger than {bytes} bytes; choose another one"
                )
            }
            other => write!(f, "{other}; choose another address"),
        }
    }
}

impl Error for FetchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
