//! Tests that a peer with the key, on a slow line, gets in while strangers connect without a pause.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod harness;

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use harness::{Cluster, LIMIT, program};
use lesson_test::{run_within, until};

/// How long each message is on its way: a login takes three of them.
const DELAY: Duration = Duration::from_millis(500);

/// Starts a slow line to `address`, and returns the address at which it accepts connections.
fn long_way(address: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (here, there) = (listener.local_addr().unwrap(), address.to_owned());
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let there = there.clone();
            thread::spawn(move || {
                // As on a real line: the first message arrives with the connection.
                let _first = client.peek(&mut [0]);
                thread::sleep(DELAY);
                let Ok(server) = TcpStream::connect(there) else {
                    return;
                };
                let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || pass_on(back.0, back.1, DELAY));
                pass_on(client, server, Duration::ZERO);
            });
        }
    });
    here.to_string()
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        thread::sleep(delay);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _gone = to.shutdown(std::net::Shutdown::Both);
}

/// The strangers and the peer come from one address, so only their messages can distinguish them.
#[test]
fn strangers_that_come_without_a_pause_keep_no_peer_out() {
    let cluster = Cluster::start();
    let (key, at) = (cluster.folder.text("key"), long_way(&cluster.address));
    let is_over = Arc::new(AtomicBool::new(false));
    let (address, is_flood_over) = (cluster.address.clone(), Arc::clone(&is_over));
    let flooding = thread::spawn(move || {
        let (mut strangers, mut count) = (VecDeque::new(), 0);
        while !is_flood_over.load(Ordering::Relaxed) {
            strangers.extend(TcpStream::connect(&address));
            strangers.drain(..strangers.len().saturating_sub(200));
            count += 1;
            // With shorter pauses the system's own queue is full, and accepts none for a second.
            thread::sleep(Duration::from_micros(300));
        }
        count
    });
    let mut command = Command::new(program());
    command.args(["status", "--give-up", "10", "--key", &key, "--at", &at]);
    let ran = run_within(LIMIT, &mut command);
    is_over.store(true, Ordering::Relaxed);
    let count = flooding.join().unwrap();
    assert!(ran.code == Some(0), "{count} strangers: {ran:?}");
    until("it serves others", || cluster.count("clients") == 1);
}
