//! The limit on the size of files: a write beyond it returns an error, and kills no process.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;

use lesson_test::with_limit;
use multiprocess::{Process, Zygote};
use nix::sys::resource::Resource;

lesson_test::forking_tests![
    a_result_beyond_the_limit_is_a_failure_of_its_process,
    an_argument_beyond_the_limit_is_an_error_of_spawn,
    an_executed_program_is_killed_by_the_limit_as_usual,
];

/// Longer than the length from which a result or an argument is put into a file.
const LONG_BYTES: usize = 64 << 10;

fn with_small_files<T>(act: impl FnOnce() -> T) -> T {
    with_limit(Resource::RLIMIT_FSIZE, 16 << 10, act)
}

fn a_result_beyond_the_limit_is_a_failure_of_its_process() {
    let make = || vec![7_u8; LONG_BYTES];
    let result = with_small_files(|| Process::start("big", make).unwrap().join());
    let text = result.unwrap_err().to_string();
    assert!(
        text.starts_with("process big failed: File too large"),
        "{text}"
    );
}

fn an_argument_beyond_the_limit_is_an_error_of_spawn() {
    let zygote = Zygote::start("zygote", |bytes: Vec<u8>| bytes.len()).unwrap();
    let spawn = |len| zygote.spawn("child", &vec![7; len]);
    let refused = with_small_files(|| spawn(LONG_BYTES).unwrap_err().to_string());
    assert!(refused.contains("File too large"), "{refused}");
    assert_eq!(spawn(LONG_BYTES).unwrap().join().unwrap(), LONG_BYTES);
}

/// A signal that this process ignored would be ignored by the program that it executes, too.
fn an_executed_program_is_killed_by_the_limit_as_usual() {
    let ignored = Process::start("child", || {
        let status = std::process::Command::new("cat")
            .arg("/proc/self/status")
            .output();
        let status = String::from_utf8(status.unwrap().stdout).unwrap();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        u64::from_str_radix(ignored.unwrap().trim(), 16).unwrap()
    });
    let before = fs::read_to_string("/proc/self/status").unwrap();
    let before = before.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let before = u64::from_str_radix(before.unwrap().trim(), 16).unwrap();
    let bit = 1 << (nix::libc::SIGXFSZ - 1);
    assert_eq!(ignored.unwrap().join().unwrap() & bit, before & bit);
}
