//! What a process does when the kernel answers in another way than this machine's.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use child::wait_readable;
use multiprocess::{Process, active_children};
use nix::libc;

lesson_test::forking_tests![
    a_kernel_without_pidfds_is_an_error_that_names_the_version,
    a_deadline_beyond_the_longest_timeout_of_poll_is_kept,
];

/// Installs a filter with which the kernel answers each such system call with this error, or with 0.
fn answer(call: libc::c_long, errno: i32) {
    let statement = |code: u32, jt, jf, k| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let mut program = [
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            0,
            1,
            call as u32,
        ),
        statement(
            libc::BPF_RET | libc::BPF_K,
            0,
            0,
            libc::SECCOMP_RET_ERRNO | errno as u32,
        ),
        statement(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let filter = libc::sock_fprog {
        len: 4,
        filter: program.as_mut_ptr(),
    };
    // SAFETY: four numbers.
    let no_new = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    let mode = libc::SECCOMP_MODE_FILTER;
    // SAFETY: the filter lives until the call has copied it.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, mode, &raw const filter) };
    assert_eq!((no_new, set), (0, 0));
}

fn a_kernel_without_pidfds_is_an_error_that_names_the_version() {
    let child = Process::start("child", || {
        // The kernel answers like one that does not have this system call.
        answer(libc::SYS_pidfd_open, libc::ENOSYS);
        let refused = Process::start("refused", || ()).unwrap_err().to_string();
        (refused, active_children().is_empty())
    });
    let (refused, is_empty) = child.unwrap().join().unwrap();
    assert!(refused.contains("needs Linux 5.4 or newer"), "{refused}");
    assert!(is_empty && refused.lines().count() == 1, "{refused}");
}

/// The system call of `poll`.
#[cfg(target_arch = "x86_64")]
const POLL: libc::c_long = libc::SYS_poll;
#[cfg(not(target_arch = "x86_64"))]
const POLL: libc::c_long = libc::SYS_ppoll;

fn a_deadline_beyond_the_longest_timeout_of_poll_is_kept() {
    let child = Process::start("child", || {
        let (silent, _open) = io::pipe()?;
        // Each wait ends at once, as if the kernel's longest time were over.
        answer(POLL, 0);
        let waits = |days: u64| {
            let deadline = Instant::now() + Duration::from_secs(86_400 * days);
            wait_readable(&[silent.as_fd()], Some(deadline))
        };
        Ok::<_, io::Error>((waits(30)?, waits(0)?))
    });
    assert_eq!(child.unwrap().join().unwrap(), (Some(vec![false]), None));
}
