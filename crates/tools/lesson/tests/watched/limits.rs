//! Limits of the system.

use std::process::Command;

use lesson_test::{Folder, run_within, with_limit};
use nix::sys::resource::Resource;

use crate::files::{kept, names};
use crate::{LIMIT, cases, command, run};

cases![
    with_the_proc_of_another_namespace_no_run_is_watched,
    a_run_whose_log_is_cut_by_the_limit_on_the_size_of_files_reports_it,
    a_page_beyond_the_limit_on_the_size_of_files_is_an_error_and_changes_no_file,
];

fn a_run_whose_log_is_cut_by_the_limit_on_the_size_of_files_reports_it() {
    for option in ["--lanes", "--steps"] {
        let ran = with_limit(Resource::RLIMIT_FSIZE, 1 << 10, || run("prints", &[option]));
        let ran = ran.expect_complaint(1);
        assert!(ran.err.contains("File too large"), "{ran:?}");
        assert!(ran.out.contains("exit code 1"), "{ran:?}");
    }
}

fn a_page_beyond_the_limit_on_the_size_of_files_is_an_error_and_changes_no_file() {
    let folder = Folder::new();
    let file = kept(&folder, "page.html");
    let words = ["--timeline", &file];
    let ran = with_limit(Resource::RLIMIT_FSIZE, 16 << 10, || {
        run("prints on one lane", &words)
    });
    let ran = ran.expect_complaint(1);
    assert!(ran.err.contains("File too large"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "keep");
    assert_eq!(names(&folder), ["page.html"]);
}

/// Needs a system that allows namespaces to its users.
fn with_the_proc_of_another_namespace_no_run_is_watched() {
    let unshare = ["--user", "--map-root-user", "--pid", "--fork"];
    let tried = Command::new("unshare").args(unshare).arg("true").output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        return common::complain("NOT RUN: there is no pid namespace to be had here");
    }
    for option in ["--lanes", "--runs=2"] {
        let lesson = command("prints nothing", &[option]);
        let mut apart = Command::new("unshare");
        apart
            .args(unshare)
            .arg(lesson.get_program())
            .args(lesson.get_args());
        let ran = run_within(LIMIT, apart.env("STORY", "prints nothing")).expect_complaint(1);
        assert!(ran.err.contains("mount -t proc"), "{ran:?}");
    }
}
