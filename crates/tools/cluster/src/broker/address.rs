//! Where a broker is: a URL with one or more hosts, and the name of the queues there.

use std::net::Ipv6Addr;
use std::path::Path;

use lapin::uri::{AMQPScheme, AMQPUri};

use super::tls::Trust;

/// The longest name of queues: AMQP allows 255 bytes for it and what we append.
const NAME_BYTES: usize = 200;

/// The longest name of a virtual host that AMQP allows.
const VHOST_BYTES: usize = 255;

#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// One URI for each host; the first that answers is used.
    uris: Vec<AMQPUri>,
    /// For people: without the password.
    shown: String,
    /// What the names of the queues begin with.
    pub(super) queues: String,
    /// With TLS: the certificates that may sign the broker's.
    pub(super) trust: Option<Trust>,
}

impl Address {
    /// Reads `amqp://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]...][/VHOST]`, or the same with `amqps://`,
    /// for which `ca` can name the certificates to trust. `password` is for a URL that has none.
    pub(crate) fn parse(
        url: &str,
        queues: &str,
        password: Option<String>,
        ca: Option<&Path>,
    ) -> Result<Self, String> {
        check_name(queues)?;
        let (scheme, rest) = url
            .split_once("://")
            .filter(|(scheme, _)| ["amqp", "amqps"].contains(scheme))
            .ok_or_else(|| wrong("does not begin with amqp:// or amqps://"))?;
        let trust = match (scheme, ca) {
            ("amqps", ca) => Some(Trust::new(ca)?),
            (_, Some(_)) => return Err("--ca is for amqps://".to_owned()),
            (_, None) => None,
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        // Then the password may have been cut in two, and a part of it would be shown.
        if path.contains('@') || url.contains(char::is_control) {
            return Err(wrong("has a character that must be escaped"));
        }
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        if password.is_some() && user.contains(':') {
            let why =
                "the --broker URL has a password, and --key FILE has one: give only one of them";
            return Err(why.to_owned());
        }
        let at = if user.is_empty() { "" } else { "@" };
        let mut uris = Vec::new();
        for host in hosts.split(',') {
            let mut uri = uri(&format!("{scheme}://{user}{at}{host}{path}"), host)?;
            if let Some(password) = &password {
                uri.authority.userinfo.password.clone_from(password);
            }
            uris.push(uri);
        }
        let name = user.split(':').next().unwrap_or_default();
        let vhost = path.split('?').next().unwrap_or_default();
        Ok(Self {
            uris,
            shown: format!("{scheme}://{name}{at}{hosts}{vhost}"),
            queues: queues.to_owned(),
            trust,
        })
    }

    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    pub(super) fn uris(&self) -> &[AMQPUri] {
        &self.uris
    }
}

/// Checks what the names of the queues are to begin with.
fn check_name(queues: &str) -> Result<(), String> {
    let is_of_name = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    let is_name = !queues.is_empty() && queues.len() <= NAME_BYTES;
    match is_name && queues.chars().all(is_of_name) {
        true => Ok(()),
        false => Err(format!(
            "'{queues}' is no name of queues: letters, digits, - _ and ."
        )),
    }
}

/// Parses the URL of one host.
fn uri(url: &str, host: &str) -> Result<AMQPUri, String> {
    let mut uri: AMQPUri = url
        .parse()
        .map_err(|why: String| wrong(&format!("makes no sense ({why})")))?;
    set_host(&mut uri, host)?;
    if uri.vhost.len() > VHOST_BYTES {
        return Err(wrong("has a virtual host of more than 255 bytes"));
    }
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    // lapin speaks plain AMQP; our own sockets add TLS to it.
    uri.scheme = AMQPScheme::AMQP;
    Ok(uri)
}

/// Checks the host of a URI that was parsed from this text, which may have a port. The parser takes an
/// IPv6 address, and no host at all, for this machine; and what follows an unescaped `#` for nothing,
/// so that the host is the user, and is sent the password.
fn set_host(uri: &mut AMQPUri, text: &str) -> Result<(), String> {
    let address = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    if let Some((address, _)) = address {
        let is_address = address.parse::<Ipv6Addr>().is_ok();
        uri.authority.host = address.to_owned();
        return is_address
            .then_some(())
            .ok_or_else(|| wrong("has no IPv6 address in its brackets"));
    }
    let host = text.split(':').next().unwrap_or_default();
    match (host.is_empty(), uri.authority.host == host) {
        (true, _) => Err(wrong("has no host")),
        (_, true) => Ok(()),
        (_, false) => Err(wrong("has a character that must be escaped")),
    }
}

fn wrong(why: &str) -> String {
    format!(
        "the --broker URL {why}: it is amqp://USER@HOST:PORT, with more hosts after commas, and \
         /VHOST after them; amqps:// is with TLS, [::1] is an IPv6 address, and in a name or a password \
         %23 is a #, %2F a /, %3F a ? and %40 an @"
    )
}

/// In seconds: a broker that is silent for twice this time is gone.
const HEARTBEAT: u16 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_its_own_uri_and_no_password_is_shown() {
        let url = "amqp://ann:secret@one:1,two:2/lab";
        let address = Address::parse(url, "cluster", None, None).unwrap();
        let hosts: Vec<_> = address.uris.iter().map(|it| &it.authority).collect();
        assert_eq!((&*hosts[0].host, hosts[0].port), ("one", 1));
        assert_eq!((&*hosts[1].host, hosts[1].port), ("two", 2));
        assert_eq!(hosts[1].userinfo.password, "secret");
        assert_eq!(address.uris[0].vhost, "lab");
        assert_eq!(address.shown(), "amqp://ann@one:1,two:2/lab");
        let other = || Some("other".to_owned());
        let why = Address::parse(url, "cluster", other(), None).unwrap_err();
        assert!(why.contains("only one") && !why.contains("secret"), "{why}");
        let apart = Address::parse("amqp://ann@one", "cluster", other(), None).unwrap();
        assert_eq!(apart.uris[0].authority.userinfo.password, "other");
    }

    #[test]
    fn an_ipv6_address_and_what_is_escaped_are_what_they_mean() {
        let url = "amqps://an%6e:p%40s%2Fs%3A%23@[2001:db8::1],[::1]:7,one:8/l%2Fb";
        let address = Address::parse(url, "cluster", None, None).unwrap();
        let hosts = address.uris.iter().map(|it| &it.authority);
        let hosts: Vec<_> = hosts.map(|it| (&*it.host, it.port)).collect();
        assert_eq!(hosts, [("2001:db8::1", 5671), ("::1", 7), ("one", 8)]);
        for uri in &address.uris {
            let user = &uri.authority.userinfo;
            assert_eq!((&*user.username, &*user.password), ("ann", "p@s/s:#"));
            assert_eq!(uri.vhost, "l/b");
        }
        let long = "x".repeat(10_000);
        let url = format!("amqp://ann:{long}@one");
        let address = Address::parse(&url, "cluster", None, None).unwrap();
        assert_eq!(address.uris[0].authority.userinfo.password, long);
        assert_eq!(address.shown(), "amqp://ann@one");
    }

    /// A part of the password would be taken for a host, or for the name of a virtual host.
    #[test]
    fn a_password_that_is_not_escaped_is_refused_and_not_shown() {
        let urls = [
            "amqp://ann:1/secret@one",
            "amqp://ann:1?secret@one",
            "amqp://ann:1#secret@one",
            "amqp://ann:sec#ret@one",
            "amqp://ann:sec/ret@one",
            "amqp://ann:sec\tret@one",
            "amqp://secret@",
            "amqp://ann:secret@one,",
            "amqp://ann:secret@[one]",
            "amqp://ann:secret@[::1",
            "amqp://ann:secret@::1",
        ];
        for url in urls {
            let why = Address::parse(url, "cluster", None, None).unwrap_err();
            assert!(!why.contains("secret") && !why.contains("ret@"), "{why}");
        }
    }

    #[test]
    fn a_virtual_host_is_as_long_as_amqp_allows() {
        for (length, is_allowed) in [(VHOST_BYTES, true), (VHOST_BYTES + 1, false)] {
            let url = format!("amqp://one/{}", "x".repeat(length));
            let parsed = Address::parse(&url, "cluster", None, None);
            assert_eq!(parsed.is_ok(), is_allowed, "{length}");
        }
    }

    #[test]
    fn an_address_that_is_no_url_is_one_line() {
        for url in ["", "here", "http://here", "amqp://a:x:y@:z", "://here"] {
            let why = Address::parse(url, "cluster", None, None).unwrap_err();
            assert_eq!(why.lines().count(), 1, "{why}");
        }
        assert!(Address::parse("amqp://here", "a/b", None, None).is_err());
    }
}
