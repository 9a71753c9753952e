//! 1.4.1 again, on the kernel's own pipe(2), without locks and types: what they are good for.
//!
//! The kernel's pipe is already a queue for small items of one size. A `write` of up to `PIPE_BUF`
//! bytes (4,096) is never mixed with another process's; and where every item has the same size, a
//! `read` of that size gets one whole item. It fails with longer items, or items of
//! several sizes: they need a lock for putting and one for getting. Next: `src/tiny.rs`.

use std::error::Error;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use common::{pause, pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Exit, Fork, PipeEnd, exit_now, fork, pipe, wait};

/// Every item has this size; a shorter url ends with zeros.
const ITEM_BYTES: usize = 16;

fn main() -> ExitCode {
    let about = "1.4.1 Queue on pipe(2), fork(2), close(2) and waitpid(2)";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let mut children = Vec::new();
    for urls in [["url_1", "url_2", "url_3"], ["url_4", "url_5", "url_6"]] {
        match fork("writer")? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                drop(reading_end);
                exit_now(i32::from(write_urls(&writing_end, urls).is_err()));
            }
        }
    }
    match fork("reader")? {
        Fork::Parent { child } => children.push(child),
        Fork::Child => {
            // Otherwise the reader would wait for itself, because it could still put an item.
            drop(writing_end);
            exit_now(i32::from(read_urls(&reading_end).is_err()));
        }
    }
    drop((reading_end, writing_end));
    let mut ended = Ok(());
    for child in children {
        match wait(child)? {
            Exit::Code(0) => {}
            exit => ended = Err(format!("child process {child}: {exit}").into()),
        }
    }
    ended
}

fn write_urls(mut queue: &PipeEnd, urls: [&str; 3]) -> io::Result<()> {
    say!("Process ({}) is writing...", pid());
    for url in urls {
        let mut item = [0; ITEM_BYTES];
        item[..url.len()].copy_from_slice(url.as_bytes());
        queue.write_all(&item)?; // in one `write`, so whole: see above
        say!("Put {url} to queue...");
        pause(Duration::from_secs(1));
    }
    Ok(())
}

fn read_urls(mut queue: &PipeEnd) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) is reading...", pid());
    let mut item = [0; ITEM_BYTES];
    // 0 bytes: the last writing end has been closed.
    while queue.read(&mut item)? != 0 {
        let url = str::from_utf8(&item)?.trim_end_matches('\0');
        say!("Get {url} from queue.");
    }
    Ok(())
}
