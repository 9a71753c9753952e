//! The state of the scheduler as a page for a browser on this machine: `--page 127.0.0.1:PORT`.
//!
//! It changes nothing. It answers one request at a time, within a limit, and only a browser that
//! asks for this machine's own name, so that no page of another site can read it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use common::Until;

use crate::lobby::Input;
use crate::overview::as_json;

const LIMIT: Duration = Duration::from_secs(2);
/// The longest head of a request.
const HEAD_BYTES: usize = 8 << 10;

const PAGE: &str = include_str!("page.html");

/// Serves the page from a thread of its own, forever. Returns its address.
pub(crate) fn open(address: &str, inputs: SyncSender<Input>) -> Result<SocketAddr, String> {
    let failed = |error: io::Error| format!("cannot show a page at {address}: {error}");
    let found: Vec<SocketAddr> = address.to_socket_addrs().map_err(failed)?.collect();
    if found.iter().any(|it| !it.ip().is_loopback()) {
        return Err(format!(
            "--page is for this machine alone, and {address} is open to others"
        ));
    }
    let listener = TcpListener::bind(&*found).map_err(failed)?;
    let here = listener.local_addr().map_err(failed)?;
    let serve = move || {
        for stream in listener.incoming() {
            match stream {
                // On an error the browser has gone, or was too slow: serve the next one.
                Ok(stream) => drop(answer(&stream, here, &inputs)),
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    };
    let thread = thread::Builder::new().name("page".to_owned()).spawn(serve);
    thread.map_err(failed)?;
    Ok(here)
}

fn answer(stream: &TcpStream, here: SocketAddr, inputs: &SyncSender<Input>) -> io::Result<()> {
    let mut line = Until::after(LIMIT, stream);
    let head = read_head(&mut line)?;
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let ours = [here.to_string(), format!("localhost:{}", here.port())];
    let is_ours = lines.any(|line| {
        let (name, value) = line.split_once(':').unwrap_or_default();
        name.eq_ignore_ascii_case("host") && ours.iter().any(|it| it == value.trim())
    });
    let path = first
        .strip_prefix("GET ")
        .and_then(|rest| rest.split(' ').next());
    let (status, kind, body) = match path {
        _ if !is_ours => (
            "403 Forbidden",
            "text/plain",
            format!("open it as http://{here}/ (a tunnel needs that port at its other end, too)"),
        ),
        Some("/") => ("200 OK", "text/html; charset=utf-8", PAGE.to_owned()),
        Some("/status.json") => ("200 OK", "application/json", look(inputs)?),
        _ => (
            "404 Not Found",
            "text/plain",
            "there is / and /status.json".to_owned(),
        ),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}"
    );
    line.write_all(answer.as_bytes())
}

fn read_head(line: &mut Until<'_>) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let mut bytes = [0; 1024];
        let count = line.read(&mut bytes)?;
        if count == 0 || head.len() > HEAD_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.extend_from_slice(&bytes[..count]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn look(inputs: &SyncSender<Input>) -> io::Result<String> {
    let (reply, overview) = sync_channel(1);
    let over = |_| io::Error::from(io::ErrorKind::BrokenPipe);
    inputs.send(Input::Look(reply)).map_err(over)?;
    let overview = overview.recv_timeout(LIMIT).map_err(io::Error::other)?;
    Ok(as_json(&overview))
}
