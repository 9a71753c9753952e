//! The lesson's servers end, whatever their clients do. In processes of their own: one of the tests
//! uses up the descriptors, and a thread that is left over is detected.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use lesson_test::{until, with_limit};
use nix::sys::resource::Resource;
use web::{LateServer, PageServer};

lesson_test::forking_tests![
    within 60;
    x02_clients_that_neither_send_nor_read_do_not_hold_up_the_end_of_a_server,
    a_client_that_sends_its_request_after_six_seconds_is_still_answered,
    x02_a_server_closes_its_port_without_a_descriptor_left,
    x02_a_client_that_sends_its_request_bit_by_bit_is_left_at_the_limit_of_the_whole,
];

fn page_server() -> PageServer {
    PageServer::start_with([Duration::ZERO; 3]).unwrap()
}

/// The host and port of a server, from `http://place/page`.
fn place(url: &str) -> &str {
    url.split('/').nth(2).unwrap()
}

fn connect(url: &str) -> TcpStream {
    TcpStream::connect(place(url)).unwrap()
}

fn is_closed(url: &str) -> bool {
    let refused = TcpStream::connect(place(url)).map_err(|error| error.kind());
    refused.is_err_and(|kind| kind == ErrorKind::ConnectionRefused)
}

/// Counted by the kernel: a list of the threads may miss one while another ends.
fn threads() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let count = status
        .lines()
        .find_map(|line| line.strip_prefix("Threads:"));
    count.unwrap().trim().parse().unwrap()
}

/// As one of hundreds of clients does that share a thread on a busy machine.
fn a_client_that_sends_its_request_after_six_seconds_is_still_answered() {
    let late = LateServer::start(Duration::ZERO).unwrap();
    let mut asking = connect(&late.url());
    thread::sleep(Duration::from_secs(6));
    asking.write_all(b"GET /late HTTP/1.0\r\n\r\n").unwrap();
    let mut page = String::new();
    asking.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
}

/// Row X02.
fn x02_clients_that_neither_send_nor_read_do_not_hold_up_the_end_of_a_server() {
    let (pages, late) = (page_server(), LateServer::start(Duration::ZERO).unwrap());
    let urls = [pages.urls()[0].clone(), late.url()];
    let mut clients = Vec::new();
    for url in &urls {
        // One client is silent; the other sends a request, and never reads.
        clients.push(connect(url));
        let mut asking = connect(url);
        asking.write_all(b"GET /github HTTP/1.0\r\n\r\n").unwrap();
        clients.push(asking);
    }
    let begin = Instant::now();
    drop((pages, late));
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert!(urls.iter().all(|url| is_closed(url)));
    drop(clients);
    until("the threads of the clients have ended", || threads() == 1);
}

/// Row X02.
fn x02_a_server_closes_its_port_without_a_descriptor_left() {
    let server = page_server();
    let url = server.urls()[0].clone();
    // Serves one client first: so the server waits for the next, with a descriptor reserved for it.
    let mut client = connect(&url);
    client.write_all(b"GET /github HTTP/1.0\r\n\r\n").unwrap();
    let mut page = Vec::new();
    client.read_to_end(&mut page).unwrap();
    drop(client);
    until("the thread of the client has ended", || threads() == 2);
    with_limit(Resource::RLIMIT_NOFILE, 0, || drop(server));
    assert!(is_closed(&url));
    until("the server's thread has ended", || threads() == 1);
}

/// Row X02.
fn x02_a_client_that_sends_its_request_bit_by_bit_is_left_at_the_limit_of_the_whole() {
    let server = page_server();
    let mut client = connect(&server.urls()[0]);
    client.write_all(b"GET /github HTTP/1.0\r\nA: ").unwrap();
    client
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let begin = Instant::now();
    // Each byte comes well within the limit, and the blank line never.
    let is_left = |client: &mut TcpStream| match client.read(&mut [0; 16]) {
        Ok(bytes) => bytes == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    };
    while !is_left(&mut client) {
        let _or_left = client.write_all(b"a");
        let waited = begin.elapsed();
        assert!(waited < Duration::from_secs(8), "{waited:?}");
    }
    drop((client, server));
    until("the server's threads have ended", || threads() == 1);
}
