//! The base of every lesson, which no section of the notes teaches.
//!
//! - [`say!`] prints a line that no other process can tear, and records it.
//! - [`begin`] and [`end`] begin and end a run, with the settings of its command line.
//! - [`pause`] is the notes' `time.sleep(random.random())`, repeatable by `--seed`.
//! - [`record`] writes events into a log that survives SIGKILL, and is the place where `--chaos`
//!   disturbs a run.
//! - [`Message`] and [`frame`] turn values into bytes and cut a stream of bytes into messages.

#[cfg(not(target_os = "linux"))]
compile_error!(
    "this course is about Linux's fork, futex and /proc: \
     use Linux, or WSL or a container on Windows and macOS"
);

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("this course runs on x86-64 and arm64, on which it was tried");

mod chaos;
mod children;
mod clean;
mod failure;
mod file_limit;
pub mod frame;
mod ids;
mod ignored;
pub mod lane;
pub mod life;
pub mod log;
mod message;
mod names;
mod output;
mod panic;
mod pause;
mod record;
mod run;
mod stat;
mod task_lane;
mod trace;
mod until;

pub use children::stop_ignoring_children;
pub use clean::{clean, is_hidden};
#[doc(hidden)]
pub use failure::take as take_output_failure;
pub use file_limit::let_writes_fail;
pub use ids::{pid, ppid, thread_name};
pub use ignored::is_ignored;
pub use lane::Lane;
pub use log::{EventId, Kind};
pub use message::{DecodeError, EncodeError, Message, decode, encode, encode_into};
pub use names::next_name;
#[doc(hidden)]
pub use output::{
    complain, flush_stdout, note_line, print_noted, print_text, terminal_columns, write_line,
    write_long_line,
};
pub use panic::{drop_fenced, end_of_panic, panic_text};
pub use pause::{next_pause, paced, patience, pause, random_number};
pub use record::{Observer, is_recording, is_watched, monotonic_ns, observe, record};
pub use run::{Settings, begin, begin_child, end, join, turns};
pub use stat::Stat;
pub use task_lane::TaskLane;
pub use trace::{LastEvent, Trace};
pub use until::Until;

/// Prints one whole line on standard output, formatted as by [`format!`], and records it.
///
/// The line leaves in a single `write(2)`, so lines of several processes and threads never mix, and
/// nothing waits in a buffer that a `fork` could copy. A line longer than 4,095 bytes is cut at a
/// character. When the reader has gone (`| head`) the rest of the run is silent and does not pause
/// any more; any other failure to write is reported once, when the lesson ends.
///
/// Blocks while a pipe on standard output is full.
///
/// Source: write(2) and pipe(7), "`PIPE_BUF`".
#[macro_export]
macro_rules! say {
    ($($part:tt)*) => { $crate::write_line(::std::format_args!($($part)*)) };
}
