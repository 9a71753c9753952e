//! The only place in the library that forks, and the check that makes it safe.
//!
//! The child of `fork` has one thread, a copy of the calling thread. Other threads of the parent do
//! not exist in the child, but what they held stays held forever: the allocator's lock, the lock of
//! standard output, a half-changed list. So a safe function may fork only while the process has one
//! thread, which [`only_thread`] proves. The proof still holds at the fork, because only a thread
//! can start a thread: if the caller is the only one, no other code can start a second one between
//! the check and the fork.
//!
//! Tests follow the same rule: the runner of `cargo test` has threads, so code that forks is tested
//! in processes of its own (`lesson_test::forking_tests!`), or in a program that the test starts.

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

/// The pause between two counts. A joined thread may stay on the kernel's list for some
/// microseconds, because the kernel wakes the joiner before it takes the thread off the list.
const LEAVING: Duration = Duration::from_micros(100);
const LEAVING_TRIES: u32 = 100;

/// Checks that the calling thread is the only one of its process, so that the process may fork.
///
/// Waits up to ten milliseconds for threads that have been joined but are still listed.
///
/// # Errors
/// [`StartError::Threads`] when the process has other threads; [`StartError::Os`] when /proc cannot be read.
///
/// Source: unshare(2): `CLONE_THREAD` is allowed for a process of one thread, and does nothing;
/// proc(5), `Threads` in `/proc/pid/status`; fork(2), "the child is created with a single thread".
pub fn only_thread() -> Result<(), StartError> {
    // The fast check. Some containers forbid this call, so an error proves nothing.
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

/// Returns the number of threads, which the kernel reports in one read. (A listing of
/// /proc/self/task can end early, when a thread ends while it is listed.)
fn count_threads() -> Result<usize, StartError> {
    let failed = |source| StartError::Os {
        tried: "count the threads in /proc/self/status",
        source,
    };
    // The file begins with the name of the process, which need not be UTF-8.
    let status = std::fs::read("/proc/self/status").map_err(failed)?;
    let count = String::from_utf8_lossy(&status)
        .lines()
        .find_map(|line| line.strip_prefix("Threads:"))
        .and_then(|count| count.trim().parse().ok());
    count.ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))
}

/// The result of [`fork`]: which of the two processes the caller is in. C and Python return a
/// number instead (0 in the child, the child's id in the parent).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fork {
    /// The caller is the parent, which learns the id of its child.
    Parent {
        /// The new process.
        child: Pid,
    },
    /// The caller is the child.
    Child,
}

/// Copies the calling process: called once, it returns twice, in the parent and in the child.
/// `name` is the child's name in the timeline. [`Process::start`](crate::Process::start) does more:
/// it returns a result, and its child ends with the parent.
///
/// The child has a copy of the parent's memory, including text that waits in buffers, and shares
/// its open files, including their offsets. After the call it would go on with all of the parent's
/// code, so end it with [`exit_now`]. The parent has to [`wait`](crate::wait) for it.
///
/// The child holds no [`child::End`]: it closes its copies. (If the limit on open files leaves no
/// descriptor for that, the child ends at once with code 1.)
///
/// # Errors
/// [`StartError::Threads`] when the caller is not the only thread (see [`only_thread`]);
/// [`StartError::Locked`] when it holds a lock of shared memory, because both processes would then
/// use the `&mut` that its guard has lent; [`StartError::Os`] when the system refuses.
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

/// Forks, and puts the child on a lane of its own, called `name`. Calls `prepare`, which logs the fork,
/// once every check has passed and only the system can still refuse: a start that a check refuses is not
/// in the log.
fn fork_alone<T>(name: &str, prepare: impl FnOnce() -> T) -> Result<(Fork, T), StartError> {
    only_thread()?;
    if child::holding::has_any_lent() {
        return Err(StartError::Locked);
    }
    let event = prepare();
    stop_ignoring_children();
    let_writes_fail();
    // Made in the parent: making it in the child would cost a tenth of the fork.
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

/// Ends the calling process at once, with the exit code `code`. No destructor runs, and no text in
/// a buffer is written, since both belong to the parent.
///
/// If this process could not write a line or an event, that is reported on standard error, and a
/// `code` of 0 becomes 1.
///
/// Source: _exit(2).
pub fn exit_now(code: i32) -> ! {
    life::exits_at_once();
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

/// Forks. The child, called `name`, calls `child` with the value that `log_fork` returned (the event of
/// the fork), and ends with the exit code that `child` returns: [`FAILED`] after an error, which it reports
/// unless the parent has gone, [`PANICKED`] after a panic. In the parent, returns `child` without calling it.
pub(crate) fn fork_child<T, C>(
    name: &str,
    log_fork: impl FnOnce() -> T,
    child: C,
) -> Result<(Pid, C), StartError>
where
    C: FnOnce(T) -> io::Result<i32>,
{
    let flush_and_log = || {
        // Text in the buffer of std's `print!` belongs to the parent; the child must not print it, too.
        // Only now: another thread, which a check would have found, could keep std's lock and wait for us.
        common::flush_stdout();
        log_fork()
    };
    match fork_alone(name, flush_and_log)? {
        (Fork::Parent { child: pid }, _) => Ok((pid, child)),
        (Fork::Child, event) => leave(match catch_unwind(AssertUnwindSafe(|| child(event))) {
            Ok(code) => code.unwrap_or_else(|error| {
                use io::ErrorKind::{NotConnected, UnexpectedEof};
                // If the parent has gone, that is no failure of the child.
                if !matches!(error.kind(), NotConnected | UnexpectedEof) {
                    let pid = common::pid();
                    common::complain(&format!("process {pid}: cannot begin: {error}"));
                }
                FAILED
            }),
            Err(panic) => {
                // The destructor of the payload could panic, too, and nothing would catch that.
                mem::forget(panic);
                PANICKED
            }
        }),
    }
}
