//! pipe(2) alone. A message is 16 bytes in one `write`, which the kernel does not split.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::time::Instant;

use multiprocess::Process;

use crate::rate::{Rate, rate, scaled};

const LEN_BYTES: usize = 16;

/// One `read` for each message, as a receiver of single messages does.
pub fn one_way() -> Rate {
    let messages = scaled(1_000_000);
    let (mut reader, writer) = io::pipe()?;
    let child = Process::start("writer", move || write(writer, messages))?;
    let started = Instant::now();
    for _ in 0..messages {
        reader.read_exact(&mut [0; LEN_BYTES])?;
    }
    let rate = rate(messages, started);
    child.join()?;
    Ok(rate)
}

/// A message that goes there and back, over two pipes.
pub fn ping_pong() -> Rate {
    let trips = scaled(20_000);
    let (mut pings, mut ping) = io::pipe()?;
    let (mut pongs, mut pong) = io::pipe()?;
    let echo = move || (0..trips).for_each(|_| pass(&mut pings, &mut pong).expect("both are open"));
    let child = Process::start("echo", echo)?;
    let started = Instant::now();
    for _ in 0..trips {
        ping.write_all(&[7; LEN_BYTES])?;
        pongs.read_exact(&mut [0; LEN_BYTES])?;
    }
    let rate = rate(trips, started);
    child.join()?;
    Ok(rate)
}

/// Two writers. The reader reads as much as there is, up to 64 KiB, which is the fastest way to
/// make a queue from a pipe.
pub fn two_producers() -> Rate {
    let messages = scaled(1_000_000);
    let (mut reader, writer) = io::pipe()?;
    let mut children = Vec::new();
    for _ in 0..2 {
        let writer = writer.try_clone()?;
        children.push(Process::start("writer", move || write(writer, messages))?);
    }
    let started = Instant::now();
    let mut left = 2 * messages as usize * LEN_BYTES;
    let mut buffer = vec![0; 64 << 10];
    while left > 0 {
        left -= reader.read(&mut buffer)?;
    }
    let rate = rate(2 * messages, started);
    children.into_iter().try_for_each(Process::join)?;
    Ok(rate)
}

fn write(mut writer: PipeWriter, messages: u64) {
    for _ in 0..messages {
        writer.write_all(&[7; LEN_BYTES]).expect("the reader stays");
    }
}

fn pass(from: &mut PipeReader, to: &mut PipeWriter) -> io::Result<()> {
    let mut message = [0; LEN_BYTES];
    from.read_exact(&mut message)?;
    to.write_all(&message)
}
