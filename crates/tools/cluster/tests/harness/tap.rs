//! A tap on a connection: it passes on the bytes of both sides, and keeps them.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Passes on the bytes of both sides, and keeps them.
pub(crate) struct Tap {
    pub(crate) address: String,
    pub(crate) kept: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    pub(crate) fn before(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let tap = Self {
            address: listener.local_addr().unwrap().to_string(),
            kept: Arc::default(),
        };
        let (address, kept) = (address.to_owned(), Arc::clone(&tap.kept));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&address).unwrap();
                pass_on(
                    client.try_clone().unwrap(),
                    server.try_clone().unwrap(),
                    &kept,
                );
                pass_on(server, client, &kept);
            }
        });
        tap
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, kept: &Arc<Mutex<Vec<u8>>>) {
    let kept = Arc::clone(kept);
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            kept.lock().unwrap().extend_from_slice(&bytes[..count]);
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _gone = to.shutdown(Shutdown::Both);
    });
}

pub(crate) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
