//! Tests that the code follows docs/ARCHITECTURE.md.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

mod circles;
mod files;
mod floors;
mod ladder;
mod marks;
mod pages;

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    root.canonicalize().unwrap()
}

/// The text of docs/ARCHITECTURE.md.
fn page() -> String {
    fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap()
}

/// The output of a cargo command.
fn cargo(words: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(words.split(' '))
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// All Rust files in `folder` and below, sorted by name.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(ending) if ending == "rs" => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// The folders of the crates on one of the three floors, sorted by name.
fn crates(floor: &str) -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("crates").join(floor)).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path());
    let mut crates: Vec<_> = folders
        .filter(|folder| folder.join("Cargo.toml").exists())
        .collect();
    crates.sort();
    crates
}

/// All Rust files below `crates/*/*/src`.
fn sources() -> Vec<PathBuf> {
    let crates = ["lessons", "engine", "tools"].into_iter().flat_map(crates);
    let files: Vec<_> = crates
        .flat_map(|folder| rust_files(&folder.join("src")))
        .collect();
    assert!(files.len() > 100, "{}", files.len());
    files
}

/// The lines of code in a source: neither comments nor the tests at its end. (If the tests are in a
/// file of their own, the line that names it may be anywhere.)
fn code(source: &str) -> impl Iterator<Item = &str> {
    let tests = ["mod tests {", "pub(crate) mod tests {"].map(|it| format!("\n#[cfg(test)]\n{it}"));
    let begin = tests.iter().filter_map(|it| source.find(it)).min();
    let code = &source[..begin.unwrap_or(source.len())];
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    code.lines().filter(is_code)
}

/// The path of a file below the root, as the docs write it.
fn named(file: &Path) -> String {
    let file = file.canonicalize().unwrap();
    file.strip_prefix(root()).unwrap().display().to_string()
}
