//! The files that are written after a run.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;

use lesson_test::{Folder, until};

use crate::{cases, command, run};

cases![
    options_that_do_not_go_together_are_refused_and_change_no_file,
    one_file_for_two_purposes_is_refused_however_it_is_spelt,
    a_file_that_is_no_log_is_not_recorded_to,
    a_file_that_another_run_records_to_is_left_to_it,
    the_name_of_a_file_is_printed_in_one_line_without_control_characters,
    a_file_is_as_it_was_when_no_page_could_be_made,
    a_file_is_replaced_by_a_finished_page_and_named,
    a_file_at_the_end_of_a_link_is_made_there,
    standard_output_is_written_directly,
];

/// Creates a file in the folder with the text "keep", and returns its path.
pub(crate) fn kept(folder: &Folder, name: &str) -> String {
    fs::write(folder.path(name), "keep").unwrap();
    folder.text(name)
}

/// The names of the files in the folder, sorted.
pub(crate) fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.root()).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn options_that_do_not_go_together_are_refused_and_change_no_file() {
    let folder = Folder::new();
    let file = &*kept(&folder, "file");
    for words in [
        &["--runs", "2", "--timeline", file][..],
        &["--runs", "2", "--trace", file],
        &["--runs", "2", "--record", file],
        &["--runs", "2", "--lanes"],
        &["--runs", "2", "--steps"],
        &["--runs", "2", "--predict"],
        &["--timeline", file, "--trace", file],
        &["--timeline", file, "--record", file],
        &["--timeline", file, "--timeline", "other"],
        &["--record", file, "--limit", "1"],
        &["--runs", "0"],
        &["--record", ""],
        &["--lanes", "--timeline", ""],
        &["--detail"],
        &["--runs", "2", "--detail"],
    ] {
        let ran = run("prints", words).expect_complaint(2);
        assert_eq!(ran.out, "");
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "keep");
}

fn one_file_for_two_purposes_is_refused_however_it_is_spelt() {
    let folder = Folder::new();
    let path = |name: &str| folder.text(name);
    let file = &*kept(&folder, "file");
    let new = &*path("new");
    fs::hard_link(file, path("hard")).unwrap();
    symlink(file, path("link")).unwrap();
    symlink("new", path("dangling")).unwrap();
    symlink(folder.root(), path("folder")).unwrap();
    for (one, other) in [
        (file, "./file"),
        (file, "folder/file"),
        (file, "hard"),
        (file, "link"),
        (new, "./new"),
        (new, "folder/new"),
        (new, "dangling"),
    ] {
        let other = &*path(other);
        for words in [
            ["--record", one, "--timeline", other],
            ["--timeline", other, "--trace", one],
        ] {
            let ran = run("prints nothing", &words).expect_complaint(2);
            assert!(ran.err.contains("cannot be the same FILE"), "{ran:?}");
        }
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "keep");
    assert!(!fs::exists(new).unwrap());
    let words = ["--record", new, "--timeline", &path("newer")];
    let _two_files = run("prints nothing", &words).expect_success();
}

fn a_file_that_is_no_log_is_not_recorded_to() {
    let folder = Folder::new();
    let file = &*kept(&folder, "letter.txt");
    let ran = run("prints nothing", &["--record", file]).expect_complaint(1);
    assert!(ran.err.contains("letter.txt is no log"), "{ran:?}");
    let ran = run("prints nothing", &["--record", file, "--lanes"]).expect_code(1);
    assert!(ran.err.contains("letter.txt is no log"), "{ran:?}");
    assert_eq!(fs::read_to_string(file).unwrap(), "keep");
    // Other JSON is not a log either.
    let settings = folder.path("settings.json");
    fs::write(&settings, "{\"keep\": 1}").unwrap();
    let words = ["--record", settings.to_str().unwrap()];
    let ran = run("prints nothing", &words).expect_complaint(1);
    assert!(ran.err.contains("settings.json is no log"), "{ran:?}");
    assert_eq!(fs::read_to_string(&settings).unwrap(), "{\"keep\": 1}");
    // An older log may be replaced.
    let log = folder.path("log");
    let words = ["--record", log.to_str().unwrap()];
    let _longer = run("prints", &words).expect_success();
    let _shorter = run("prints nothing", &words).expect_success();
    let lines = fs::read_to_string(&log).unwrap().lines().count();
    assert_eq!(lines, 2, "the begin and the end");
    // An empty file may become a log.
    fs::write(&log, "").unwrap();
    let _recorded = run("prints nothing", &words).expect_success();
    // A file that is not a regular one has nothing to lose.
    let _recorded = run("prints nothing", &["--record", "/dev/null"]).expect_success();
}

fn a_file_that_another_run_records_to_is_left_to_it() {
    let folder = Folder::new();
    let log = folder.path("log");
    let words = ["--record", log.to_str().unwrap()];
    let recording = || fs::read_to_string(&log).unwrap_or_default();
    // It runs until its standard input ends.
    let mut first = command("waits for the end of its input", &words);
    let mut first = first.stdin(Stdio::piped()).spawn().unwrap();
    until("it records", || recording().contains("begun"));
    let ran = run("prints nothing", &words).expect_complaint(1);
    assert!(ran.err.contains("another run still records"), "{ran:?}");
    // Its log must not be shown either, instead of the run that was to be recorded.
    let ran = run("prints nothing", &[&words[..], &["--lanes"]].concat()).expect_code(1);
    assert!(ran.err.contains("before anything was recorded"), "{ran:?}");
    assert_eq!(ran.out, "");
    drop(first.stdin.take());
    assert!(first.wait().unwrap().success());
    assert!(recording().contains("begun"), "{}", recording());
    // The lock is gone, so the file may be replaced.
    let _recorded = run("prints nothing", &words).expect_success();
    assert!(!recording().contains("begun"), "{}", recording());
}

fn the_name_of_a_file_is_printed_in_one_line_without_control_characters() {
    let folder = Folder::new();
    let hostile = folder.path("a\nb\u{1b}[2K");
    let inside = hostile.join("no folder");
    let words = ["--record", inside.to_str().unwrap()];
    let ran = run("prints nothing", &words).expect_complaint(1);
    assert!(!ran.err.contains('\u{1b}'), "{ran:?}");
    let words = ["--timeline", hostile.to_str().unwrap()];
    let ran = run("prints nothing", &words).expect_success();
    assert!(!ran.out.contains('\u{1b}'), "{ran:?}");
}

fn a_file_is_as_it_was_when_no_page_could_be_made() {
    let folder = Folder::new();
    let file = kept(&folder, "page.html");
    let _killed = run("loses its watcher", &["--timeline", &file]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "keep");
    assert_eq!(names(&folder), ["page.html"]);
    let new = folder.path("new.html");
    let _killed = run("loses its watcher", &["--timeline", new.to_str().unwrap()]);
    assert!(!new.exists());
}

fn a_file_is_replaced_by_a_finished_page_and_named() {
    let folder = Folder::new();
    let file = kept(&folder, "page.html");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path("link.html");
    symlink(&file, &link).unwrap();
    let link = link.to_str().unwrap();
    let ran = run("prints", &["--pace", "0", "--timeline", link]).expect_success();
    assert!(ran.out.contains(&format!("Written: {link}")), "{}", ran.out);
    assert!(fs::read_to_string(&file).unwrap().ends_with("</html>\n"));
    assert!(fs::symlink_metadata(link).unwrap().is_symlink());
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(names(&folder), ["link.html", "page.html"]);
}

/// As the shell's `>` does. A link into a folder that does not exist is refused before the run.
fn a_file_at_the_end_of_a_link_is_made_there() {
    let folder = Folder::new();
    for option in ["--timeline", "--trace"] {
        let link = folder.path("link");
        symlink("page", &link).unwrap();
        let words = ["--pace", "0", option, link.to_str().unwrap()];
        let ran = run("prints", &words).expect_success();
        assert!(ran.out.contains("Written: "), "{ran:?}");
        assert_eq!(names(&folder), ["link", "page"]);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::remove_file(folder.path("page")).unwrap();
        fs::remove_file(&link).unwrap();
        symlink("no folder/page", &link).unwrap();
        let ran = run("prints", &words).expect_complaint(1);
        assert!(ran.err.contains("No such file"), "{ran:?}");
        assert_eq!((names(&folder), &*ran.out), (vec!["link".to_owned()], ""));
        fs::remove_file(&link).unwrap();
    }
}

fn standard_output_is_written_directly() {
    let words = ["--pace", "0", "--timeline", "/dev/stdout"];
    let ran = run("prints", &words).expect_success();
    assert!(ran.out.ends_with("</html>\n"), "{}", ran.out);
}
