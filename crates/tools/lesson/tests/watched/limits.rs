//! Limits of the system.

use lesson_test::with_limit;
use nix::sys::resource::Resource;

use crate::files::Folder;
use crate::{cases, told};

cases![
    a_run_whose_log_is_cut_by_the_limit_on_the_size_of_files_says_so,
    a_page_beyond_the_limit_on_the_size_of_files_is_an_error_and_changes_no_file,
];

fn a_run_whose_log_is_cut_by_the_limit_on_the_size_of_files_says_so() {
    for option in ["--lanes", "--steps"] {
        let ran = with_limit(Resource::RLIMIT_FSIZE, 1 << 10, || {
            told("prints", &[option])
        });
        let ran = ran.expect_complaint(1);
        assert!(ran.err.contains("File too large"), "{ran:?}");
        assert!(ran.out.contains("exit code 1"), "{ran:?}");
    }
}

fn a_page_beyond_the_limit_on_the_size_of_files_is_an_error_and_changes_no_file() {
    let folder = Folder::new();
    let file = folder.kept("page.html");
    let words = ["--timeline", &file];
    let ran = with_limit(Resource::RLIMIT_FSIZE, 16 << 10, || {
        told("prints on one lane", &words)
    });
    let ran = ran.expect_complaint(1);
    assert!(ran.err.contains("File too large"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "keep");
    assert_eq!(folder.names(), ["page.html"]);
}
