//! The event recorder: writes one line per event into a file that survives SIGKILL.
//!
//! Every process of a run appends to the same file, one line of 512 bytes (`log.rs`) by one
//! `write(2)`: such a line never straddles a page of the file, so a process killed in the middle of
//! it leaves the line whole or not at all. The middle of a long log is left out (`bound.rs`). Time
//! is `CLOCK_MONOTONIC`, the same for all processes since the machine was started.
//!
//! Record a cause *before* the act and an effect *after* it (send before `write`, recv after
//! `read`, release before unlocking, acquire after locking). Then an effect is never earlier than
//! its cause.

mod bound;

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::mem;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};

use nix::libc;
use nix::time::{ClockId, clock_gettime};
use nix::unistd::gettid;

use crate::ids::{pid, ppid};
use crate::log::{self, Event, EventId, Kind, Writing};
use crate::{chaos, failure, lane};

const RECORD: u8 = 1;
const CHAOS: u8 = 2;
const OBSERVED: u8 = 4;

/// What an event has to do; 0 costs one branch, the only cost in a run without a recorder.
static HOOK: AtomicU8 = AtomicU8::new(0);
static LOG: OnceLock<(File, String)> = OnceLock::new();
static OBSERVER: OnceLock<Observer> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);
/// Set when the log has its greatest length and its middle cannot be left out.
static IS_FULL: AtomicBool = AtomicBool::new(false);

/// Whether the end of this process's run is in the log. (A forked process does not have its
/// parent's end.)
static HAS_ENDED: AtomicBool = AtomicBool::new(false);

/// Whether events are written to a log. Set only while the command line is parsed, before any
/// process, thread or message exists: so all parts of a run agree on it.
#[inline]
#[must_use]
pub fn is_recording() -> bool {
    HOOK.load(Ordering::Relaxed) & RECORD != 0
}

/// Whether events have any effect: a log to write, or a run to disturb. If not, a task needs no
/// lane of its own.
#[inline]
#[must_use]
pub fn is_watched() -> bool {
    HOOK.load(Ordering::Relaxed) != 0
}

/// Records one event of the calling lane: its kind, the thing that it happens to (a pipe, a lock),
/// what (a message, the name of a child), and the event that caused it.
///
/// Returns the event's id, or [`EventId::NONE`] if nothing is recorded. With `--chaos`, the calling
/// thread may lose its turn here.
#[inline]
pub fn record(kind: Kind, on: &str, what: fmt::Arguments<'_>, cause: EventId) -> EventId {
    if HOOK.load(Ordering::Relaxed) == 0 {
        return EventId::NONE;
    }
    record_event(Event {
        on,
        what,
        cause,
        ..Event::new(kind)
    })
}

/// Records a printed line.
pub(crate) fn record_line(say: &str) {
    if HOOK.load(Ordering::Relaxed) != 0 {
        record_event(Event {
            say,
            ..Event::new(Kind::Say)
        });
    }
}

/// Writes the event to the log, or disturbs the run, or both. To be called if the run [is
/// watched](is_watched).
#[cold]
pub(crate) fn record_event(event: Event<'_>) -> EventId {
    let (hook, kind) = (HOOK.load(Ordering::Relaxed), event.kind);
    if let (true, Some(observer)) = (hook & OBSERVED != 0, OBSERVER.get()) {
        observer(event.kind, event.on, event.what);
    }
    let mut id = EventId::NONE;
    lane::with_current(|lane| lane.waits = kind.is_wait());
    if let Some((log, path)) = LOG.get() {
        let inside = lane::with_current(|lane| mem::take(&mut lane.inside));
        id = EventId {
            pid: pid(),
            n: NEXT.fetch_add(1, Ordering::Relaxed),
        };
        let (ppid, tid) = (ppid(), gettid().as_raw().cast_unsigned());
        let start = lane::with_current(|lane| {
            let ids = [ppid, tid, lane.task];
            Writing::start(monotonic_ns(), id, ids, lane.name())
        });
        // Outside, since the text of a value may itself record something.
        let line = start.finish(event, &inside);
        if !IS_FULL.load(Ordering::Relaxed) {
            write(log, path, &line, id.n);
        }
    }
    if hook & CHAOS != 0 {
        chaos::disturb();
    }
    id
}

/// Appends a line to the log, and removes the middle of a log that is too long.
fn write(log: &File, path: &str, line: &[u8], n: u32) {
    if let Err(error) = write_once(log, line) {
        failure::keep(cannot_write(path, &error));
    } else if let Err(error) = bound::bound(log, n) {
        IS_FULL.store(true, Ordering::Relaxed);
        failure::keep(format!(
            "the log is too long, and its middle cannot be left out of {path}: {error}; \
             choose another --record FILE, or let the program do less"
        ));
    }
}

/// A function that receives the events of this process: the kind, the thing (a lock), and the text
/// about it (the name of a thread).
pub type Observer = fn(Kind, &str, fmt::Arguments<'_>);

/// Calls `observer` with each event of this process from now on: for a program that explores
/// schedules, and writes its own log.
pub fn observe(observer: Observer) {
    let _first_wins = OBSERVER.set(observer);
    HOOK.fetch_or(OBSERVED, Ordering::Relaxed);
}

/// Starts the log, in a new file or in that of an earlier run, with a line that names the run and
/// the boot. The file is locked as long as a process of the run has it open, so that no other run
/// empties it meanwhile.
///
/// Source: flock(2).
pub(crate) fn start(path: &Path, lesson: &str) -> Result<(), String> {
    let (log, is_file) = open(path)?;
    if is_file {
        // A file system without such locks is no reason to record nothing.
        if let Err(TryLockError::WouldBlock) = log.try_lock() {
            let shown = path.display();
            return Err(format!(
                "another run still records to {shown}: choose another --record FILE, or wait for its end"
            ));
        }
        let emptied = log.set_len(0);
        emptied.map_err(|error| cannot_write(&path.display().to_string(), &error))?;
    }
    begin(log, path, lesson)
}

/// Continues a log that another process may have started.
pub(crate) fn join(path: &Path, lesson: &str) -> Result<(), String> {
    let (log, _) = open(path)?;
    // So that no run empties it. If a run was started with this file, its own lock prevents that.
    let _locked_or_started = log.try_lock_shared();
    begin(log, path, lesson)
}

/// Opens a file for a log, and returns whether it is a regular file. A file with other content is
/// an error, and is not changed.
fn open(path: &Path) -> Result<(File, bool), String> {
    let shown = path.display().to_string();
    let cannot = |error| cannot_write(&shown, &error);
    let mut options = OpenOptions::new();
    // Many processes can append to one file without a lock.
    options.append(true);
    if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        // Only to write: a process that could also read a pipe would not learn that its reader has gone.
        let log = options.open(path).map_err(cannot)?;
        return Ok((log, false));
    }
    // A log has parts of all messages, which may be no one else's business.
    let options = options.read(true).create(true).mode(0o600);
    let log = options.open(path).map_err(cannot)?;
    let mut first = [0; log::LINE_BYTES];
    let read = log.read_at(&mut first, 0).map_err(cannot)?;
    // In other JSON, the fields of a line are missing or 0.
    let line = log::Line::parse(&first[..read]);
    match read > 0 && line.is_none_or(|line| line.v == 0) {
        true => Err(format!("{shown} is no log: choose another --record FILE")),
        false => Ok((log, true)),
    }
}

fn begin(log: File, path: &Path, lesson: &str) -> Result<(), String> {
    let _first_wins = LOG.set((log, path.display().to_string()));
    HOOK.fetch_or(RECORD, Ordering::Relaxed);
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    record(
        Kind::Run,
        boot.trim(),
        format_args!("{lesson}"),
        EventId::NONE,
    );
    Ok(())
}

/// Records the end of a run, once; `how` is empty, or [`CALLED_EXIT`](log::what::CALLED_EXIT).
pub(crate) fn record_end(how: &str) {
    if !HAS_ENDED.swap(true, Ordering::Relaxed) {
        record(Kind::Exit, "", format_args!("{how}"), EventId::NONE);
    }
}

/// From now on the end of this process, and of those that it forks, is recorded also when it calls
/// [`std::process::exit`]: so the log shows that it ended by itself and was not cut.
pub(crate) fn exit_at_the_end() {
    extern "C" fn at_exit() {
        record_end(log::what::CALLED_EXIT);
    }
    // SAFETY: the function is there to the end of the process, takes nothing and does not unwind.
    let _no_memory = unsafe { libc::atexit(at_exit) };
}

/// From now on every event disturbs the run.
pub(crate) fn start_chaos(seed: u64) {
    chaos::set(seed);
    HOOK.fetch_or(CHAOS, Ordering::Relaxed);
}

fn cannot_write(path: &str, error: &io::Error) -> String {
    format!("cannot write {path}: {error}; choose another --record FILE")
}

/// Writes a line in one `write`, or fails: a second one could come after another process's line.
fn write_once(mut log: &File, line: &[u8]) -> io::Result<()> {
    loop {
        match log.write(line) {
            Ok(written) if written == line.len() => return Ok(()),
            Ok(_) => return Err(io::Error::from(io::ErrorKind::StorageFull)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The time of `CLOCK_MONOTONIC`, in nanoseconds: the time of events in a log.
#[must_use]
pub fn monotonic_ns() -> u64 {
    let Ok(now) = clock_gettime(ClockId::CLOCK_MONOTONIC) else {
        return 0; // Linux always has this clock.
    };
    now.tv_sec().cast_unsigned() * 1_000_000_000 + now.tv_nsec().cast_unsigned()
}
