//! Waits for a child with waitpid(2). It uses libc, since nix has no value for a child killed by a
//! real-time signal: nix takes such a child off the list, and then fails.

use nix::errno::Errno;
use nix::libc;
use nix::unistd::Pid;

/// Stands for any child of this process in a call of waitpid.
const ANY: Pid = Pid::from_raw(-1);

/// Blocks until the child has ended, takes it off the kernel's list, and returns its wait status.
///
/// # Errors
/// `ECHILD` when it is no child of this process, or has been waited for already.
///
/// Source: waitpid(2).
pub(crate) fn reap(pid: Pid) -> Result<i32, Errno> {
    wait_for(pid).map(|(_, status)| status)
}

/// Like [`reap`], but does not block: `None` while the child runs.
///
/// # Errors
/// Those of [`reap`].
pub(crate) fn try_reap(pid: Pid) -> Result<Option<i32>, Errno> {
    let ended = waitpid(pid, libc::WNOHANG)?;
    Ok(ended.map(|(_, status)| status))
}

/// Takes any child that has ended off the kernel's list, and returns it with its wait status. Does not
/// wait: `None` while children run and none has ended.
///
/// # Errors
/// `ECHILD` when there is no child at all.
pub fn try_reap_any() -> Result<Option<(Pid, i32)>, Errno> {
    waitpid(ANY, libc::WNOHANG)
}

/// Like [`try_reap_any`], but blocks until a child has ended.
///
/// # Errors
/// Those of [`try_reap_any`].
pub fn reap_any() -> Result<(Pid, i32), Errno> {
    wait_for(ANY)
}

fn wait_for(pid: Pid) -> Result<(Pid, i32), Errno> {
    loop {
        if let Some(ended) = waitpid(pid, 0)? {
            return Ok(ended);
        }
    }
}

/// Calls waitpid, and again after a signal. A child that is only stopped has not ended.
fn waitpid(pid: Pid, flags: libc::c_int) -> Result<Option<(Pid, i32)>, Errno> {
    let mut status = 0;
    loop {
        // SAFETY: waitpid writes one number, to a place that outlives the call.
        let waited = unsafe { libc::waitpid(pid.as_raw(), &raw mut status, flags) };
        match Errno::result(waited) {
            Ok(0) => return Ok(None),
            Ok(pid) if libc::WIFEXITED(status) || libc::WIFSIGNALED(status) => {
                return Ok(Some((Pid::from_raw(pid), status)));
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}
