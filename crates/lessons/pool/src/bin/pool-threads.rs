//! The same five tasks on three threads of one process, with rayon.
//!
//! All tasks have one process id: threads share their process and its memory. Nothing is sent and
//! nothing copied, which is why this is faster where the work is small; but when one thread
//! crashes, all do.

use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use lesson::{Lesson, StoryResult};

fn main() -> ExitCode {
    let about = "1.3 Pool, the same five tasks on three threads (rayon)";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("Current Process {}.", pid());
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(3)
        .thread_name(|number| format!("worker {}", number + 1))
        .start_handler(|number| common::lane::enter(format!("worker {}", number + 1)))
        .build()?;
    threads.scope(|scope| {
        for name in 0..5 {
            scope.spawn(move |_| run_task(name));
        }
        say!("Waiting for all tasks done...");
    });
    say!("All tasks done.");
    Ok(())
}

fn run_task(name: u32) {
    say!("Task {name} (pid={}) is Running...", pid());
    pause(Duration::from_secs(3));
    say!("Task {name} end.");
}
