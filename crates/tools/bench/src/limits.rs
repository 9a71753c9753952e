//! Upper limits for any two processes: a ring within one process, and a copy of memory.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

use crate::rate::{Rate, rate, scaled};

/// Sends 16 bytes from thread to thread through a ring. The side that has to wait yields.
pub fn ring() -> Rate {
    let messages = scaled(100_000_000);
    let (mut producer, mut consumer) = rtrb::RingBuffer::<(u64, u64)>::new(1 << 16);
    let push = move || {
        for number in 0..messages {
            while producer.push((number, number)).is_err() {
                thread::yield_now();
            }
        }
    };
    let writer = thread::Builder::new().name("writer".into()).spawn(push)?;
    let started = Instant::now();
    for number in 0..messages {
        let message = loop {
            match consumer.pop() {
                Ok(message) => break message,
                Err(_) => thread::yield_now(),
            }
        };
        assert_eq!(message.0, number);
    }
    let rate = rate(messages, started);
    writer.join().expect("it only pushes");
    Ok(rate)
}

/// Copies one message repeatedly; it stays in the cache as far as it fits.
pub fn memcpy(len_bytes: usize, copies: u64) -> Rate {
    let copies = scaled(copies);
    let from = vec![7_u8; len_bytes];
    let mut to = vec![0; len_bytes];
    let started = Instant::now();
    for _ in 0..copies {
        to.copy_from_slice(black_box(&from));
        black_box(&mut to);
    }
    Ok(rate(copies, started))
}
