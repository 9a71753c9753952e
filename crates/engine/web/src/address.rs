//! The parts of a page's address.

use std::fmt::Write;
use std::net::Ipv6Addr;

use crate::failure::GetFailure;

/// An address `http://host[:port]/path`, split into its parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// A name or a number, in the form used to connect: `[::1]` without the brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Host and port, as written in the address and in a request.
    pub(crate) authority: String,
    /// The path, with the query, in ASCII.
    pub(crate) path: String,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, GetFailure> {
        // With a blank or a line end, an address could add headers to the request.
        if url.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return Err(GetFailure::Address);
        }
        let rest = url.strip_prefix("http://").ok_or(GetFailure::Address)?;
        // The part after `#` is a place in the page: it is for the reader, not for the server.
        let (rest, _fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = host_and_port(authority)?;
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self {
            host: host.to_owned(),
            port,
            authority: authority.to_owned(),
            path: format!("{slash}{}", escaped(path)),
        })
    }
}

fn host_and_port(authority: &str) -> Result<(&str, u16), GetFailure> {
    if authority.contains('@') {
        return Err(GetFailure::Unsupported("a user's name in an address"));
    }
    if !authority.is_ascii() {
        let what = "a host's name beyond ASCII (its form in ASCII begins with xn--)";
        return Err(GetFailure::Unsupported(what));
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or(GetFailure::Address)?;
            host.parse::<Ipv6Addr>().map_err(|_| GetFailure::Address)?;
            (host, port)
        }
        None => {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            if host.is_empty() || !host.bytes().all(is_fit) {
                return Err(GetFailure::Address);
            }
            (host, port)
        }
    };
    if port.is_empty() {
        return Ok((host, 80));
    }
    let digits = port.strip_prefix(':').ok_or(GetFailure::Address)?;
    match number(digits) {
        Some(port) if port != 0 => Ok((host, port)),
        _ => Err(GetFailure::Address),
    }
}

/// Parses a number of digits only; Rust's own parser allows a sign.
pub(crate) fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Writes bytes beyond ASCII as `%C3%A9`: a request is ASCII.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii() {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _fits = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
