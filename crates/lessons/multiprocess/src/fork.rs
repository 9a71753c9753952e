//! The one place that forks, and that proves that it may.
//!
//! The child of `fork` has one thread, the copy of the caller. If the parent had others, they
//! have vanished from the copy, and what they held stays held forever: the allocator's lock,
//! the lock of standard output, a half-changed list. So a safe call may fork only while no
//! second thread exists, and [`only_thread`] is the proof. It is sound because a thread can
//! only be made by a thread: if the caller is the only one, no other code can make a second one
//! between the question and the fork.
//!
//! Tests meet the same rule: the runner of `cargo test` has threads, so what forks is tested in
//! processes of its own (`lesson_test::forking_tests!`), or as a program from outside.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use std::{io, mem, thread};

use child::ends;
use common::{Lane, lane, let_writes_fail, life, stop_ignoring_children};
use nix::libc;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{ForkResult, Pid};

use crate::StartError;

/// Exit code of a child whose target returned an error.
pub(crate) const FAILED: i32 = 1;
/// Exit code of a child whose target panicked.
pub(crate) const PANICKED: i32 = 101;

/// A thread that has been joined may be listed for some microseconds more: the kernel wakes the
/// joiner before it takes the thread off the list.
const LEAVING: Duration = Duration::from_micros(100);
const LEAVING_TRIES: u32 = 100;

/// Asserts that the calling thread is the only one of its process, and so may fork.
///
/// Waits up to ten milliseconds for threads that have been joined but are still listed.
///
/// # Errors
/// [`StartError::Threads`] when there are others; [`StartError::Os`] when /proc cannot be read.
///
/// Source: unshare(2), `CLONE_THREAD`, which a single thread is allowed, and which does nothing;
/// proc(5), `Threads` in `/proc/pid/status`; fork(2), "the child is created with a single thread".
pub fn only_thread() -> Result<(), StartError> {
    // The quick way. It is closed in some containers, and then an error says nothing.
    if unshare(CloneFlags::CLONE_THREAD).is_ok() {
        return Ok(());
    }
    let mut count = count_threads()?;
    for _ in 0..LEAVING_TRIES {
        if count == 1 {
            return Ok(());
        }
        thread::sleep(LEAVING);
        count = count_threads()?;
    }
    Err(StartError::Threads { count })
}

/// The kernel's own count, read at once. (A listing of /proc/self/task can end early, when a thread
/// ends while it is listed.)
fn count_threads() -> Result<usize, StartError> {
    let failed = |source| StartError::Os {
        tried: "count the threads in /proc/self/status",
        source,
    };
    let status = std::fs::read_to_string("/proc/self/status").map_err(failed)?;
    let count = status
        .lines()
        .find_map(|line| line.strip_prefix("Threads:"))
        .and_then(|count| count.trim().parse().ok());
    count.ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))
}

/// Which of the two processes the caller is in after [`fork`]. Where C and Python say it with a
/// number (0 in the child, its id in the parent), an enum says it with names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fork {
    /// In the parent, which learns the id of its child.
    Parent {
        /// The new process.
        child: Pid,
    },
    /// In the child.
    Child,
}

/// Copies the calling process: called once, it returns twice, in the parent and in the child,
/// which is called `name` in the timeline. [`Process::start`](crate::Process::start) does more for
/// its child.
///
/// The child has its own copy of the memory, text that waits in buffers included, and the same
/// open files, their offsets included. It goes on after the call with all that its parent would
/// have done; end it with [`exit_now`]. The parent has to [`wait`](crate::wait) for it.
///
/// The child holds no [`child::End`]: its copies of them are closed. (Or it ends at once with code 1,
/// if the limit on open files leaves no descriptor for that.)
///
/// # Errors
/// [`StartError::Threads`] when the caller is not the only thread (see [`only_thread`]);
/// [`StartError::Locked`] when it holds a lock of shared memory, because both processes would go on
/// with the `&mut` that its guard has lent; [`StartError::Os`] when the system refuses.
///
/// Source: fork(2).
pub fn fork(name: &str) -> Result<Fork, StartError> {
    if child::holding::is_any_held() {
        return Err(StartError::Locked);
    }
    let (fork, event) = fork_alone(name, || life::forks(name))?;
    if fork == Fork::Child {
        life::starts(event);
        let closed = ends::close_for_good(ends::take_inherited().into_values());
        closed.unwrap_or_else(|error| {
            common::complain(&format!(
                "child {name}: cannot close its parent's ends: {error}"
            ));
            leave(FAILED)
        });
    }
    Ok(fork)
}

/// The one place where children begin, each on a lane of its own that is called `name`. Calls `tell` when
/// nothing but the system can refuse any more: a start that was refused is none in the log.
fn fork_alone<T>(name: &str, tell: impl FnOnce() -> T) -> Result<(Fork, T), StartError> {
    only_thread()?;
    let event = tell();
    stop_ignoring_children();
    let_writes_fail();
    // Made by the parent: in the child, it would cost a tenth of the fork.
    let parents = lane::replace(Lane::new(name));
    // SAFETY: `only_thread` has just shown that no thread can vanish in the child with a lock held.
    let forked = match unsafe { nix::unistd::fork() } {
        Ok(ForkResult::Child) => {
            common::begin_child();
            child::begin();
            return Ok((Fork::Child, event));
        }
        Ok(ForkResult::Parent { child }) => Ok((Fork::Parent { child }, event)),
        Err(errno) => Err(StartError::Os {
            tried: "fork (is the limit on processes, `ulimit -u`, reached?)",
            source: io::Error::from(errno),
        }),
    };
    let _childs = lane::replace(parents);
    forked
}

/// Ends the calling process at once, with `code`. Nothing else happens in it: no destructor, and
/// no text in a buffer is written, since both belong to the parent.
///
/// A line or an event that this process could not write is reported on standard error, and then `code`
/// is 1 where it would be 0.
///
/// Source: _exit(2).
pub fn exit_now(code: i32) -> ! {
    life::exits();
    let Some(failure) = common::take_output_failure() else {
        leave(code)
    };
    common::complain(&format!("process {}: {failure}", common::pid()));
    leave(if code == 0 { FAILED } else { code })
}

fn leave(code: i32) -> ! {
    // SAFETY: _exit takes any number and does not return.
    unsafe { libc::_exit(code) }
}

/// Forks. In the child, called `name`, calls `child` with what `tell` has returned, such as the event of
/// the fork, and ends with the exit code that it returns; with [`FAILED`] after an error, which it reports, and
/// [`PANICKED`] after a panic. In the parent, returns `child` as it was.
pub(crate) fn fork_child<T, C>(
    name: &str,
    tell: impl FnOnce() -> T,
    child: C,
) -> Result<(Pid, C), StartError>
where
    C: FnOnce(T) -> io::Result<i32>,
{
    // What std's `print!` has buffered is ours, and must not be printed by the child as well.
    common::flush_stdout();
    match fork_alone(name, tell)? {
        (Fork::Parent { child: pid }, _) => Ok((pid, child)),
        (Fork::Child, event) => leave(match catch_unwind(AssertUnwindSafe(|| child(event))) {
            Ok(code) => code.unwrap_or_else(|error| {
                use io::ErrorKind::{NotConnected, UnexpectedEof};
                // A parent that has gone is no failure of the child.
                if !matches!(error.kind(), NotConnected | UnexpectedEof) {
                    let pid = common::pid();
                    common::complain(&format!("process {pid}: cannot begin: {error}"));
                }
                FAILED
            }),
            Err(panic) => {
                // Its destructor could panic, too, and nothing would catch that.
                mem::forget(panic);
                PANICKED
            }
        }),
    }
}
