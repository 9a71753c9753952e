//! Both clients against servers that behave and servers that do not. Rows X02 and, of the
//! notes' mistakes, B39: every error names the address.

mod limit;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use limit::run_within;
use web::{CONNECT_LIMIT, GetFailure, Limits, PageServer, TIME_LIMIT, fetch, get};

/// Starts a server that calls `serve` with each of `clients` connections, one after the other, once
/// their request has arrived.
fn serve(clients: usize, serve: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let url = format!("http://{address}/page");
    thread::spawn(move || {
        for client in listener.incoming().take(clients) {
            let mut client = client.expect("a client comes");
            let mut request = [0; 4096];
            let _bytes = client.read(&mut request).expect("it asks");
            serve(client);
        }
    });
    url
}

fn answer(text: &'static str) -> String {
    serve(2, move |mut client| {
        client.write_all(text.as_bytes()).expect("it listens");
    })
}

/// The failures of the two clients at an address: ureq's error as text, ours as a value.
fn failures(url: &str, limits: Limits) -> (String, GetFailure) {
    let (fetched, got) = run_within(async { (fetch(url, limits).await, get(url, limits).await) });
    let fetched = fetched
        .map(|page| page.len())
        .expect_err("no page")
        .to_string();
    let got = got.map(|page| page.len()).expect_err("no page");
    for text in [&fetched, &got.to_string()] {
        assert!(text.contains(url), "{text} does not name {url}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
    (fetched, got.failure)
}

/// Row X02.
#[test]
fn x02_three_pages_of_the_notes_sizes_come_by_either_client() {
    let server = PageServer::start_with([Duration::ZERO; 3]).unwrap();
    for url in server.urls() {
        let size = match url.rsplit('/').next() {
            Some("github") => 52_801,
            Some("python") => 48_922,
            _ => 227,
        };
        let limits = Limits::default();
        assert_eq!(run_within(fetch(&url, limits)).unwrap().len(), size);
        assert_eq!(run_within(get(&url, limits)).unwrap().len(), size);
    }
}

/// Row X02.
#[test]
fn x02_an_address_that_is_none_is_an_error() {
    for url in [
        "no address",
        "127.0.0.1/page",
        "http://",
        "http://127.0.0.1:port/",
        "",
    ] {
        let (fetched, got) = failures(url, Limits::default());
        assert!(fetched.contains("not an address"), "{fetched}");
        assert!(matches!(got, GetFailure::Address), "{got:?}");
    }
}

/// Row X02.
#[test]
fn x02_an_address_cannot_smuggle_a_header_in() {
    let url = "http://127.0.0.1:1/ HTTP/1.0\r\nEvil: yes";
    let got = run_within(get(url, Limits::default())).unwrap_err();
    assert!(matches!(got.failure, GetFailure::Address), "{got}");
}

/// Row X02.
#[test]
fn x02_a_refused_connection_is_an_error() {
    let (fetched, got) = failures("http://127.0.0.1:1/", Limits::default());
    assert!(fetched.contains("refused"), "{fetched}");
    assert!(matches!(got, GetFailure::Io(_)), "{got:?}");
}

/// Row X02.
#[test]
fn x02_a_name_that_no_host_has_is_an_error() {
    // Longer than any name may be, so no resolver on the network is asked.
    let url = format!("http://{}/", "nowhere".repeat(10));
    let (fetched, got) = failures(&url, Limits::default());
    assert!(fetched.contains("is the name right"), "{fetched}");
    assert!(matches!(got, GetFailure::Io(_)), "{got:?}");
}

/// Row X02: without a word about it, ten seconds.
#[test]
fn x02_the_time_limit_has_a_default() {
    let limits = Limits::default();
    assert_eq!((limits.time, limits.connect), (TIME_LIMIT, CONNECT_LIMIT));
    assert!(CONNECT_LIMIT < TIME_LIMIT && TIME_LIMIT <= Duration::from_secs(10));
}

/// Row X02.
#[test]
fn x02_a_server_that_never_answers_is_left_after_the_time_limit() {
    // The system accepts the connection; no thread ever reads from it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let limits = Limits {
        time: Duration::from_millis(100),
        ..Limits::default()
    };
    let begin = Instant::now();
    let (fetched, got) = failures(&url, limits);
    assert!(begin.elapsed() < Duration::from_secs(9));
    assert!(fetched.contains("100ms"), "{fetched}");
    assert!(matches!(got, GetFailure::TimedOut(_)), "{got:?}");
}

/// Row X02.
#[test]
fn x02_an_answer_without_an_end_is_left_at_the_size_limit() {
    let url = serve(2, |mut client| {
        client.write_all(b"HTTP/1.0 200 OK\r\n\r\n").unwrap();
        while client.write_all(&[b'.'; 4096]).is_ok() {}
    });
    let limits = Limits {
        size_bytes: 100_000,
        ..Limits::default()
    };
    let (fetched, got) = failures(&url, limits);
    assert!(fetched.contains("larger than 100000 bytes"), "{fetched}");
    assert!(matches!(got, GetFailure::TooLarge(100_000)), "{got:?}");
}

/// Row X02.
#[test]
fn x02_an_answer_that_is_cut_off_is_an_error_and_not_a_short_page() {
    let url = answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    let (_fetched, got) = failures(&url, Limits::default());
    assert!(
        matches!(
            got,
            GetFailure::CutOff {
                got: 5,
                promised: 10
            }
        ),
        "{got:?}"
    );
}

/// Row X02.
#[test]
fn x02_an_answer_that_is_no_http_is_an_error() {
    for text in [
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 great\r\n\r\n",
        "HTTP/1.1 200 O",
        "",
    ] {
        let (_fetched, got) = failures(&answer(text), Limits::default());
        assert!(matches!(got, GetFailure::NotHttp), "{text}: {got:?}");
    }
}

/// Row X02.
#[test]
fn x02_a_page_that_is_not_there_is_an_error() {
    let server = PageServer::start_with([Duration::ZERO; 3]).unwrap();
    let url = server.urls()[0].replace("github", "nowhere");
    let (fetched, got) = failures(&url, Limits::default());
    assert!(fetched.contains("404"), "{fetched}");
    assert!(matches!(got, GetFailure::Status(404)), "{got:?}");
}

/// Row X02.
#[test]
fn x02_a_circle_of_redirects_ends() {
    let url = answer_often(
        "HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
    let (fetched, got) = failures(&url, Limits::default());
    assert!(fetched.contains("too many redirects"), "{fetched}");
    assert!(matches!(got, GetFailure::Status(302)), "{got:?}");
}

fn answer_often(text: &'static str) -> String {
    serve(100, move |mut client| {
        client.write_all(text.as_bytes()).expect("it listens");
    })
}

/// Row X02.
#[test]
fn x02_https_to_a_server_that_does_not_speak_it_is_an_error() {
    let url = answer("HTTP/1.1 200 OK\r\n\r\n").replace("http:", "https:");
    let (_fetched, got) = failures(&url, Limits::default());
    assert!(matches!(got, GetFailure::Address), "{got:?}");
}
