//! ipc-channel: sends typed messages and bytes from one process to another.

use std::time::Instant;

use ipc_channel::ipc;
use multiprocess::Process;

use crate::rate::{Rate, rate, scaled};

/// Messages of 16 bytes, typed like those of the lesson's pipe.
pub fn one_way() -> Rate {
    typed(1, scaled(300_000))
}

/// Messages of 16 bytes from two processes, each with a clone of the sender.
pub fn two_producers() -> Rate {
    typed(2, scaled(250_000))
}

fn typed(writers: u64, messages: u64) -> Rate {
    let (sender, receiver) = ipc::channel::<(u64, u64)>()?;
    let mut children = Vec::new();
    for _ in 0..writers {
        let sender = sender.clone();
        let send = move || {
            (0..messages).for_each(|number| sender.send((number, number)).expect("we receive"));
        };
        children.push(Process::start("writer", send)?);
    }
    let started = Instant::now();
    for _ in 0..writers * messages {
        receiver.recv()?;
    }
    let rate = rate(writers * messages, started);
    children.into_iter().try_for_each(Process::join)?;
    Ok(rate)
}

/// Long messages through a channel of bytes.
pub fn large(len_bytes: usize, messages: u64) -> Rate {
    let messages = scaled(messages);
    let (sender, receiver) = ipc::bytes_channel()?;
    let send = move || {
        let message = vec![7; len_bytes];
        (0..messages).for_each(|_| sender.send(&message).expect("we receive"));
    };
    let child = Process::start("sender", send)?;
    let started = Instant::now();
    for _ in 0..messages {
        assert_eq!(receiver.recv()?.len(), len_bytes);
    }
    let rate = rate(messages, started);
    child.join()?;
    Ok(rate)
}
