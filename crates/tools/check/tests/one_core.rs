//! The cores on which a program runs.

use check::{Program, Ran};

/// Runs a shell with `chaos` that prints on how many cores it may run; the arguments become `$0`, `$1`, ....
fn cores(seed: u64) -> Ran {
    let shell = Program::new("lesson", "shell", "/bin/sh").with(["-c", "nproc"]);
    shell.chaos(seed).bare().run()
}

#[test]
fn a_run_by_an_even_seed_is_on_one_core_and_its_command_sets_that_too() {
    let ran = cores(2);
    assert_eq!(ran.out, "1\n");
    let fault = ran.fault("It is wrong.");
    assert!(fault.said[1].contains("on one core"), "{fault:?}");
    let again = "taskset -c 0 cargo run -p lesson --bin shell -- -c nproc --pace 0 --chaos 2";
    assert_eq!(fault.again.as_deref(), Some(again));

    let all = std::thread::available_parallelism().unwrap();
    let ran = cores(3);
    assert_eq!(ran.out, format!("{all}\n"));
    let fault = ran.fault("It is wrong.");
    assert_eq!(fault.said, ["It is wrong."]);
    let again = "cargo run -p lesson --bin shell -- -c nproc --pace 0 --chaos 3";
    assert_eq!(fault.again.as_deref(), Some(again));
}
