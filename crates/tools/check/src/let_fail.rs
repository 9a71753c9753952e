//! Lets a process fail at its end, although it does all its work.

use std::ptr;

use nix::libc;
use nix::unistd::Pid;

/// From now on the process can write to no file, so it cannot write its log. A process of the lessons
/// goes on without it, and reports that at its end, with exit code 1.
///
/// Source: prlimit(2), `RLIMIT_FSIZE`.
pub(crate) fn let_fail(pid: Pid) {
    let limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: prlimit reads one limit and writes none. If it fails, the process does not fail.
    let _gone = unsafe {
        libc::prlimit(
            pid.as_raw(),
            libc::RLIMIT_FSIZE,
            &raw const limit,
            ptr::null_mut(),
        )
    };
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::sync::PoisonError;

    use lesson_test::Folder;

    use super::*;
    use crate::running::tests::ALONE;

    #[test]
    fn a_process_that_may_write_to_no_file_fails_when_it_writes_to_one() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Folder::new();
        let writes = |can_write: bool| {
            let mut command = Command::new("sh");
            command.args([
                "-c",
                "read line; exec echo text > \"$0\"",
                &folder.text("file"),
            ]);
            let mut child = command
                .stdin(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            if !can_write {
                let_fail(Pid::from_raw(child.id().cast_signed()));
            }
            child.stdin.take().unwrap().write_all(b"go\n").unwrap();
            child.wait().unwrap().success()
        };
        assert!(writes(true));
        assert!(!writes(false));
    }
}
