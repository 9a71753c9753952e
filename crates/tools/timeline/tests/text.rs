//! Tests that the pictures for the terminal and the files for other tools equal those in `golden/`,
//! which were reviewed. After an intended change, run `UPDATE=1 cargo test -p timeline`, and look at
//! what git shows.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};

use timeline::{Detail, Format, Run, Screen};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// The golden logs, with their names.
fn logs() -> Vec<(String, Run)> {
    let mut logs = Vec::new();
    for entry in fs::read_dir(folder("logs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let run = Run::read(&fs::read(&path).unwrap()[..]).unwrap();
        logs.push((name, run));
    }
    logs.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(logs.len() >= 12, "{}", logs.len());
    logs
}

fn assert_golden(file: &str, shown: &str) {
    let path = folder("golden").join(file);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, shown).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == shown,
        "{file} is not as it was; UPDATE=1 if that is meant to be. It is now:\n{shown}"
    );
}

fn assert_all_golden(format: Format, detail: Detail) {
    for (name, run) in logs() {
        let shown = format.show(&run, Screen::PLAIN, detail);
        assert_golden(&format!("{name}.{format}"), &shown);
    }
}

#[test]
fn the_golden_logs_look_as_they_did_as_lanes() {
    assert_all_golden(Format::Lanes, Detail::Folded);
}

#[test]
fn the_golden_logs_look_as_they_did_as_steps() {
    assert_all_golden(Format::Steps, Detail::Folded);
}

#[test]
fn the_golden_logs_look_as_they_did_for_chrome() {
    // With inner parts, which `scripts/trace-test` counts, too.
    assert_all_golden(Format::Chrome, Detail::Full);
}
