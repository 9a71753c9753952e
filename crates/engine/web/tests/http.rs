//! How the small client handles unusual answers and addresses: it returns the right page, or an
//! error that names what it does not support. Row X02.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod limit;

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use limit::{LIMIT, run_within};
use web::{GetFailure, LATE_PAGE_BYTES, LateServer, Limits, fetch_blocking, get};

/// Serves one client: returns the port, and a channel for the client's request.
fn server(listener: TcpListener, answer: &'static str) -> (u16, Receiver<(String, TcpStream)>) {
    let port = listener.local_addr().unwrap().port();
    let (asked, question) = mpsc::channel();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let bytes = client.read(&mut request).unwrap();
        client.write_all(answer.as_bytes()).unwrap();
        // The connection stays open until the test has what it needs.
        let request = String::from_utf8_lossy(&request[..bytes]).into_owned();
        let _or_closed = asked.send((request, client));
    });
    (port, question)
}

fn get_page(url: &str) -> Result<Vec<u8>, GetFailure> {
    run_within(get(url, Limits::default())).map_err(|error| {
        assert!(error.to_string().contains(url), "{error}");
        error.failure
    })
}

/// The page of an answer after which the server closes the connection.
fn page_of(answer: &'static str) -> Result<Vec<u8>, GetFailure> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // Without a receiver, the server's thread drops the client.
    let (port, _) = server(listener, answer);
    get_page(&format!("http://127.0.0.1:{port}/"))
}

#[test]
fn x02_a_page_in_chunks_or_compressed_is_more_than_the_client_can_do() {
    for answer in [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding:gzip, chunked\r\nContent-Length: 1\r\n\r\n5",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nhello",
    ] {
        let got = page_of(answer);
        assert!(
            matches!(got, Err(GetFailure::Unsupported(_))),
            "{answer}: {got:?}"
        );
    }
}

#[test]
fn x02_a_head_that_cannot_be_right_is_an_error_and_no_page() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nA: b\r\n Content-Length: 3\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 3\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\nhello",
    ] {
        let got = page_of(answer);
        assert!(
            matches!(got, Err(GetFailure::BadHead(_))),
            "{answer}: {got:?}"
        );
    }
}

#[test]
fn x02_an_answer_without_a_page_is_an_error() {
    for answer in [
        "HTTP/1.1 2000 OK\r\n\r\nhello",
        "HTTP/2 200\r\n\r\nhello",
        "HTTP/1.1 +20 OK\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        let got = page_of(answer);
        assert!(matches!(got, Err(GetFailure::NotHttp)), "{answer}: {got:?}");
    }
    for (answer, code) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", 204),
        (
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            304,
        ),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", 101),
        ("HTTP/1.1 206 Partial Content\r\n\r\nhel", 206),
    ] {
        let got = page_of(answer);
        assert!(
            matches!(got, Err(GetFailure::Status(c)) if c == code),
            "{answer}: {got:?}"
        );
    }
}

#[test]
fn x02_an_answer_in_an_odd_but_right_form_is_a_page() {
    for answer in [
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more than was promised",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nServer: \u{e9}t\u{e9}\r\nContent-Encoding: identity\r\n\r\nhello",
    ] {
        let got = page_of(answer);
        assert!(
            matches!(&got, Ok(page) if page == b"hello"),
            "{answer}: {got:?}"
        );
    }
}

/// HTTP/1.1 servers may keep a connection open without being asked to.
#[test]
fn x02_a_page_is_whole_at_its_length_though_the_connection_stays_open() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, question) = server(
        listener,
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    );
    let got = get_page(&format!("http://127.0.0.1:{port}/"));
    assert_eq!(got.unwrap(), b"hello");
    drop(question.recv_timeout(LIMIT));
}

/// The first line of a client's request, and its host.
fn asked(listener: TcpListener, url: impl Fn(u16) -> String) -> (String, String) {
    let (port, question) = server(listener, "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(get_page(&url(port)).unwrap(), b"");
    let (request, _client) = question.recv_timeout(LIMIT).unwrap();
    let mut lines = request.lines().map(str::to_owned);
    let [first, host] = [(); 2].map(|()| lines.next().unwrap());
    (first, host.replace(&port.to_string(), "PORT"))
}

#[test]
fn x02_a_server_is_asked_for_the_path_and_query_in_ascii_and_not_for_the_fragment() {
    for (end, path) in [
        ("/page#part", "/page"),
        ("#part", "/"),
        ("", "/"),
        ("?q=1", "/?q=1"),
        ("/a?b=/c#d?e", "/a?b=/c"),
        ("/caf\u{e9}", "/caf%C3%A9"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (first, host) = asked(listener, |port| format!("http://127.0.0.1:{port}{end}"));
        assert_eq!(first, format!("GET {path} HTTP/1.0"));
        assert_eq!(host, "Host: 127.0.0.1:PORT");
    }
}

#[test]
fn x02_an_address_of_version_6_stands_in_brackets() {
    // A machine without IPv6 has nothing to connect to.
    if let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
        let (first, host) = asked(listener, |port| format!("http://[::1]:{port}/page"));
        assert_eq!(first, "GET /page HTTP/1.0");
        assert_eq!(host, "Host: [::1]:PORT");
    }
}

#[test]
fn x02_an_address_that_the_client_cannot_use_is_an_error_before_anything_is_sent() {
    for url in [
        "http://127.0.0.1:65536/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:+80/",
        "http://127.0.0.1:/",
        "http://127.0.0.1:80:80/",
        "http://::1/",
        "http://[::1/",
        "http://[::1]80/",
        "http://[here]/",
        "http://:80/",
        "http://a%20b/",
        "http://a\\b/",
    ] {
        let got = get_page(url);
        assert!(matches!(got, Err(GetFailure::Address)), "{url}: {got:?}");
    }
    for url in ["http://me:secret@127.0.0.1/", "http://b\u{fc}cher.example/"] {
        let got = get_page(url);
        assert!(
            matches!(got, Err(GetFailure::Unsupported(_))),
            "{url}: {got:?}"
        );
    }
}

#[test]
fn x02_limits_of_any_size_are_limits() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, _question) = server(
        listener,
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    );
    let limits = Limits {
        time: Duration::MAX,
        connect: Duration::MAX,
        size_bytes: usize::MAX,
        redirects: 0,
    };
    let url = format!("http://127.0.0.1:{port}/");
    assert_eq!(run_within(get(&url, limits)).unwrap(), b"hello");
    let late = LateServer::start(Duration::ZERO).unwrap();
    let page = fetch_blocking(&late.url(), limits).unwrap();
    assert_eq!(page.len(), LATE_PAGE_BYTES);
}

#[test]
fn x02_a_server_that_waits_without_end_keeps_its_clients() {
    let server = LateServer::start(Duration::MAX).unwrap();
    let place = server.url().replace("http://", "").replace("/late", "");
    let mut client = TcpStream::connect(place).unwrap();
    let short = Duration::from_millis(300);
    client.set_read_timeout(Some(short)).unwrap();
    let error = client.read(&mut [0; 16]).expect_err("it is not dismissed");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}
