//! What the scheduler prints while it serves, on a thread of its own.
//!
//! A pipe whose reader does not read is full after 64 KiB, and then a write blocks; so does a terminal
//! after Ctrl-S. The scheduler must not wait for either: no lease would be renewed, and no peer served.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How many lines may wait. Lines beyond that are left out and counted.
const LINES: usize = 1024;

/// How long a notice that may come up again and again is not repeated.
const SELDOM: Duration = Duration::from_mins(1);

static PRINTER: Mutex<Option<Printer>> = Mutex::new(None);

struct Printer {
    lines: SyncSender<String>,
    left_out: Arc<AtomicU64>,
    /// Disconnected when all is printed, after `lines` was dropped.
    printed: Receiver<()>,
}

fn missing(count: u64) -> String {
    format!("{count} lines are missing here: standard output was not read")
}

impl Printer {
    fn start(room: usize, print: impl Fn(&str) + Send + 'static) -> io::Result<Self> {
        let (lines, to_print) = sync_channel::<String>(room);
        let (printing, printed) = channel();
        let left_out = Arc::new(AtomicU64::new(0));
        let at_the_end = Arc::clone(&left_out);
        let print_all = move || {
            to_print.iter().for_each(|line| print(&line));
            match at_the_end.load(Ordering::Relaxed) {
                0 => {}
                count => print(&missing(count)),
            }
            drop(printing);
        };
        let thread = thread::Builder::new().name("printer".to_owned());
        thread.spawn(print_all)?;
        Ok(Self {
            lines,
            left_out,
            printed,
        })
    }

    /// Queues a line. Does not wait.
    fn put(&self, line: String) {
        let before = self.left_out.load(Ordering::Relaxed);
        if before > 0 && self.lines.try_send(missing(before)).is_ok() {
            self.left_out.store(0, Ordering::Relaxed);
        }
        if let Err(TrySendError::Full(_)) = self.lines.try_send(line) {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until everything is printed, for `limit` at most.
    fn finish(self, limit: Duration) {
        drop(self.lines);
        // Disconnected means that all is printed; after the limit there is nothing more to do.
        let _either = self.printed.recv_timeout(limit);
    }
}

/// Starts the printer: from now on, [`say!`] does not wait.
pub(crate) fn start() -> io::Result<()> {
    *lock() = Some(Printer::start(LINES, common::print_noted)?);
    Ok(())
}

/// Prints the lines that wait, for `limit` at most.
pub(crate) fn finish(limit: Duration) {
    let printer = lock().take();
    if let Some(printer) = printer {
        printer.finish(limit);
    }
}

/// Prints and records a line; use [`say!`].
pub(crate) fn line(line: String) {
    match &*lock() {
        Some(printer) => {
            // Recorded by the calling thread.
            common::note_line(&line);
            printer.put(line);
        }
        None => common::say!("{line}"),
    }
}

fn lock() -> MutexGuard<'static, Option<Printer>> {
    PRINTER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A notice that is printed once a minute at most, although its cause may come up all the time.
#[derive(Default)]
pub(crate) struct Seldom(Option<Instant>);

impl Seldom {
    pub(crate) fn say(&mut self, notice: String) {
        if self.0.is_none_or(|printed| printed.elapsed() >= SELDOM) {
            self.0 = Some(Instant::now());
            line(notice);
        }
    }
}

/// Prints and records a line like `common::say!`, but never waits for a reader of the output.
macro_rules! say {
    ($($part:tt)*) => { $crate::printing::line(format!($($part)*)) };
}
pub(crate) use say;

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;

    use lesson_test::until;

    use super::*;

    /// A printer with room for two lines, which prints none before its gate is opened or dropped;
    /// and what it has printed. It has taken line 0, lines 1 and 2 wait, and 3 to 9 are left out.
    fn overfull() -> (Printer, Sender<()>, Arc<Mutex<Vec<String>>>) {
        let (open, gate) = channel::<()>();
        let printed: Arc<Mutex<Vec<String>>> = Arc::default();
        let theirs = Arc::clone(&printed);
        let (taken, take) = channel();
        let print = move |line: &str| {
            let _first_alone = taken.send(());
            let _opened = gate.recv();
            theirs.lock().unwrap().push(line.to_owned());
        };
        let printer = Printer::start(2, print).unwrap();
        printer.put("0".to_owned());
        take.recv().unwrap();
        (1..10).for_each(|number| printer.put(number.to_string()));
        (printer, open, printed)
    }

    #[test]
    fn lines_for_which_there_is_no_room_are_counted() {
        let (printer, open, printed) = overfull();
        drop(open);
        until("there is room", || printed.lock().unwrap().len() == 3);
        printer.put("10".to_owned());
        printer.finish(Duration::from_secs(10));
        assert_eq!(*printed.lock().unwrap(), ["0", "1", "2", &missing(7), "10"]);
    }

    #[test]
    fn lines_that_are_left_out_at_the_very_end_are_counted_too() {
        let (printer, open, printed) = overfull();
        drop(open);
        printer.finish(Duration::from_secs(10));
        assert_eq!(*printed.lock().unwrap(), ["0", "1", "2", &missing(7)]);
    }
}
