//! A large program starts processes in two ways: by copying itself, and through a helper that it
//! forked while it was small.
//!
//! `fork` copies the caller's page table, which has an entry for each 4 KiB page that it has touched; so the
//! larger the program, the longer each start takes. A zygote is forked while the program is still small.

use std::hint::black_box;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Process, Zygote};

const MEBIBYTES: usize = 256;
const CHILDREN: u32 = 20;

fn main() -> ExitCode {
    let about = "1.2 Process from a large program: a zygote, forked early, forks in its place";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    // Start it first: all its children will be copies of the program at this moment.
    let zygote = Zygote::start("zygote", square)?;
    by_process("small")?;
    let memory = vec![1_u8; MEBIBYTES << 20];
    say!("Process ({}) has touched {MEBIBYTES} MiB.", pid());
    by_process("large")?;
    by_zygote(&zygote)?;
    black_box(memory);

    // Also, a program with two threads must not fork at all. The zygote may, because it has one.
    let other = thread::spawn(thread::park);
    if let Err(error) = Process::start("refused", || ()) {
        say!("{error}");
    }
    say!("The zygote: {}", zygote.spawn("allowed", &7)?.join()?);
    other.thread().unpark();
    other.join().map_err(|_| "the other thread panicked")?;
    Ok(())
}

fn square(number: u32) -> u32 {
    number * number
}

fn by_process(size: &str) -> StoryResult {
    let started = Instant::now();
    for number in 0..CHILDREN {
        Process::start("child", move || square(number))?.join()?;
    }
    print_time(&format!("copies of the {size} program"), started);
    Ok(())
}

fn by_zygote(zygote: &Zygote<u32, u32>) -> StoryResult {
    let started = Instant::now();
    for number in 0..CHILDREN {
        zygote.spawn("child", &number)?.join()?;
    }
    print_time("copies of the zygote", started);
    Ok(())
}

fn print_time(what: &str, started: Instant) {
    let each = started.elapsed().as_micros() / u128::from(CHILDREN);
    say!("{CHILDREN} children, {what}: {each} us each");
}
