//! A scheduler that only relays, to measure what the hops alone cost. A client, the scheduler and a
//! worker are processes; tasks and results are numbers; the scheduler keeps open tasks in a map.
//! The durable one writes all frames of a read to a journal on disk before it relays them.

use std::collections::HashMap;
use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use multiprocess::Process;

use crate::rate::{Rate, rate, scaled};

/// The length of a frame: the task's number, and its argument or result.
const FRAME_BYTES: usize = 16;
const ROOM_BYTES: usize = 64 << 10;
/// How many tasks the client keeps on their way, the same number as with the course's own scheduler.
const WINDOW: u64 = 4096;

/// Many tasks on their way at a time, kept in memory.
pub fn volatile() -> Rate {
    through(scaled(4_000_000), WINDOW, None)
}

/// Many tasks on their way at a time, each written to disk.
pub fn durable() -> Rate {
    journalled(scaled(1_000_000), WINDOW)
}

/// One task at a time, kept in memory.
pub fn volatile_one() -> Rate {
    through(scaled(10_000), 1, None)
}

/// One task at a time, each written to disk.
pub fn durable_one() -> Rate {
    journalled(scaled(2_000), 1)
}

fn journalled(tasks: u64, window: u64) -> Rate {
    let path = env::temp_dir().join(format!("relay-{}", process::id()));
    let rate = through(tasks, window, Some(&path));
    fs::remove_file(&path)?;
    rate
}

fn through(tasks: u64, window: u64, journal: Option<&Path>) -> Rate {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let journal = journal.map(File::create).transpose()?;
    let worker = Process::start("worker", move || work(address).expect("it is served"))?;
    let (to_worker, _) = listener.accept()?;
    let serve = move || {
        let (to_client, _) = listener.accept().expect("a client comes");
        relay(&to_client, &to_worker, journal.as_ref()).expect("both stay");
    };
    let scheduler = Process::start("scheduler", serve)?;
    let line = connect(address)?;
    let started = Instant::now();
    hand_in(&line, tasks, window)?;
    let rate = rate(tasks, started);
    line.shutdown(Shutdown::Write)?;
    scheduler.join()?;
    worker.join()?;
    Ok(rate)
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let line = TcpStream::connect(address)?;
    line.set_nodelay(true)?;
    Ok(line)
}

/// Sends tasks, keeping up to a window of them on their way, and receives all results.
fn hand_in(mut line: &TcpStream, tasks: u64, window: u64) -> io::Result<()> {
    let (mut sent, mut got, mut bytes) = (0, 0, 0);
    let mut room = vec![0; ROOM_BYTES];
    while got < tasks {
        let next = (window - (sent - got)).min(tasks - sent);
        let frames = (sent..sent + next).flat_map(|task| [task, task]);
        let frames: Vec<u8> = frames.flat_map(u64::to_le_bytes).collect();
        line.write_all(&frames)?;
        sent += next;
        bytes += line.read(&mut room)?;
        got = (bytes / FRAME_BYTES) as u64;
    }
    Ok(())
}

fn work(address: SocketAddr) -> io::Result<()> {
    let line = connect(address)?;
    pass(&line, &line, |frames| {
        for frame in frames.chunks_exact_mut(FRAME_BYTES) {
            let (id, number) = read(frame);
            frame.copy_from_slice(
                &[id, number.wrapping_mul(number)]
                    .map(u64::to_le_bytes)
                    .concat(),
            );
        }
        Ok(())
    })
}

fn relay(client: &TcpStream, worker: &TcpStream, journal: Option<&File>) -> io::Result<()> {
    client.set_nodelay(true)?;
    worker.set_nodelay(true)?;
    let open = Mutex::new(HashMap::new());
    let lock = || open.lock().unwrap_or_else(PoisonError::into_inner);
    thread::scope(|scope| {
        let inward = scope.spawn(|| {
            pass(client, worker, |frames| {
                lock().extend(frames.chunks_exact(FRAME_BYTES).map(read));
                keep(journal, frames)
            })
        });
        pass(worker, client, |frames| {
            let mut open = lock();
            for frame in frames.chunks_exact(FRAME_BYTES) {
                open.remove(&read(frame).0);
            }
            drop(open);
            keep(journal, frames)
        })?;
        inward.join().expect("it does not panic")
    })
}

fn keep(journal: Option<&File>, frames: &[u8]) -> io::Result<()> {
    let Some(mut journal) = journal else {
        return Ok(());
    };
    journal.write_all(frames)?;
    journal.sync_data()
}

fn read(frame: &[u8]) -> (u64, u64) {
    let (id, number) = frame.split_at(8);
    let number_of = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("it has 8 bytes"));
    (number_of(id), number_of(number))
}

/// Relays all frames from one stream to the other until it ends; `see` may change them.
fn pass(
    mut from: &TcpStream,
    mut to: &TcpStream,
    mut see: impl FnMut(&mut [u8]) -> io::Result<()>,
) -> io::Result<()> {
    let (mut room, mut filled) = (vec![0; ROOM_BYTES], 0);
    loop {
        let got = from.read(&mut room[filled..])?;
        if got == 0 {
            return to.shutdown(Shutdown::Write);
        }
        filled += got;
        let whole = filled - filled % FRAME_BYTES;
        see(&mut room[..whole])?;
        to.write_all(&room[..whole])?;
        room.copy_within(whole..filled, 0);
        filled -= whole;
    }
}
