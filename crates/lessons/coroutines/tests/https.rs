//! https: a certificate to trust, and certificates not to. Row X02.
//!
//! The server's certificate is its own authority and good for 127.0.0.1 only, for a hundred years:
//! `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
//! -subj "/CN=a server of the tests" -addext basicConstraints=critical,CA:FALSE
//! -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out certificate.pem`

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use lesson_test::{LIMIT, Ran, run_within};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

const CERTIFICATE: &[u8] = include_bytes!("https/certificate.pem");
const KEY: &[u8] = include_bytes!("https/key.pem");
const CERTIFICATE_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/https/certificate.pem");

/// Answers with five bytes, over TLS, until the test program ends. Returns its port.
fn serve() -> u16 {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("its key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they belong together");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    thread::spawn(move || {
        for client in listener.incoming() {
            // A client that does not trust us hangs up.
            let _or_gone = client.and_then(|client| answer(client, &config));
        }
    });
    port
}

fn answer(mut client: TcpStream, config: &Arc<ServerConfig>) -> io::Result<()> {
    client.set_read_timeout(Some(LIMIT))?;
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other);
    let mut connection = connection?;
    let mut stream = Stream::new(&mut connection, &mut client);
    let _bytes = stream.read(&mut [0; 4096])?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n12345")?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// Runs the lesson's program over `urls`, with that file of trusted certificates or without one.
fn visit(urls: &[&str], trusted: Option<&str>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coroutines"));
    command.args(["--pace", "0"]).args(urls);
    command.env_remove("SSL_CERT_FILE");
    command.envs(trusted.map(|file| ("SSL_CERT_FILE", file)));
    run_within(LIMIT, &mut command)
}

/// Row X02.
#[test]
fn x02_a_page_comes_over_https_from_a_server_that_is_trusted() {
    let url = format!("https://127.0.0.1:{}/page", serve());
    let ran = visit(&[&url], Some(CERTIFICATE_FILE)).expect_success();
    let expected = format!("Visit --> {url}\n5 bytes received from {url}.\n");
    assert_eq!(ran.out, expected);
}

/// Row X02.
#[test]
fn x02_a_certificate_that_no_authority_has_signed_is_an_error_and_the_others_go_on() {
    let url = format!("https://127.0.0.1:{}/page", serve());
    let refused = "http://127.0.0.1:1/refused";
    let ran = visit(&[&url, refused], None).expect_complaint(1);
    let lines = ran.lines();
    assert_eq!(lines.len(), 4, "{ran:#?}");
    let line = lines.iter().find(|line| line.contains("certificate"));
    let line = line.expect("a line tells of the certificate");
    assert!(line.starts_with(&format!("cannot fetch {url}: ")), "{line}");
    assert!(line.contains("SSL_CERT_FILE"), "{line}");
    assert!(!ran.out.contains("received"), "{ran:#?}");
}

/// Row X02.
#[test]
fn x02_a_certificate_for_another_name_is_an_error() {
    let url = format!("https://localhost:{}/page", serve());
    let ran = visit(&[&url], Some(CERTIFICATE_FILE)).expect_complaint(1);
    let line = ran.lines()[1];
    assert!(line.starts_with(&format!("cannot fetch {url}: ")), "{line}");
    assert!(line.contains("not valid for name"), "{line}");
}

/// Row X02.
#[test]
fn x02_a_file_of_certificates_that_cannot_be_read_is_an_error_that_names_it() {
    let ran = visit(&["https://127.0.0.1:1/page"], Some("/nowhere/pem")).expect_complaint(1);
    let line = ran.lines()[1];
    assert!(line.contains("SSL_CERT_FILE=/nowhere/pem"), "{line}");
    // But the lesson's own pages, over http, need no certificate.
    let _ran = visit(&[], Some("/nowhere/pem")).expect_success();
}
