//! What docs/ARCHITECTURE.md says of the house, held to it.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn cargo(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(words)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Each crate of the workspace, with the crates of the workspace that its users build too.
fn edges() -> BTreeMap<String, Vec<String>> {
    let metadata = cargo(&[
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let edges = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        let inside = all.filter(|edge| edge["kind"].is_null() && !edge["path"].is_null());
        let mut names: Vec<_> = inside.map(|edge| text(&edge["name"])).collect();
        names.sort();
        (text(&package["name"]), names)
    };
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(edges)
        .collect()
}

/// The rows of the table in the page, `| crate | stands on |`.
fn documented_edges(page: &str) -> BTreeMap<String, Vec<String>> {
    let rows = page
        .lines()
        .skip_while(|line| !line.starts_with("| crate | stands on"));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let names = cells[2].split(", ").filter(|name| *name != "-");
        let mut names: Vec<_> = names
            .map(|name| name.trim_matches('`').to_owned())
            .collect();
        names.sort();
        (cells[1].trim_matches('`').to_owned(), names)
    };
    rows.map(row).collect()
}

#[test]
fn the_crates_stand_on_each_other_as_the_page_says() {
    let page = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    assert_eq!(edges(), documented_edges(&page));
}

/// All Rust files below `crates/*/*/src`.
fn sources() -> Vec<PathBuf> {
    let mut folders = vec![root().join("crates")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_source = path.components().any(|part| part.as_os_str() == "src");
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(ending) if ending == "rs" && is_source => files.push(path),
                _ => {}
            }
        }
    }
    assert!(files.len() > 100, "{}", files.len());
    files
}

/// Lines that are neither blank nor comments, up to the tests at the end of a file.
fn code_lines(source: &str) -> usize {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    code.lines().filter(is_code).count()
}

#[test]
fn every_file_reads_in_one_sitting() {
    for file in sources() {
        let source = fs::read_to_string(&file).unwrap();
        let lines = code_lines(&source);
        assert!(lines <= 300, "{} has {lines} lines of code", file.display());
        let is_lesson = file.components().any(|part| part.as_os_str() == "lessons");
        if is_lesson && file.ends_with("src/main.rs") {
            let all = source.lines().count();
            assert!(all <= 60, "{} has {all} lines", file.display());
        }
    }
}

/// A file that says `unsafe` and is no program of fork's own lesson.
#[test]
fn unsafe_code_is_where_the_page_says() {
    let page = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let says_unsafe = |source: &str| {
        let code = source.lines().filter(|line| !line.trim().starts_with("//"));
        let mut code = code.filter(|line| !line.contains("forbid(unsafe_code)"));
        code.any(|line| line.contains("unsafe ") || line.contains("unsafe("))
    };
    for file in sources() {
        let name = file.canonicalize().unwrap();
        let name = name
            .strip_prefix(root().canonicalize().unwrap().join("crates"))
            .unwrap();
        let is_program = name.components().any(|part| part.as_os_str() == "bin");
        let source = fs::read_to_string(&file).unwrap();
        if says_unsafe(&source) && !is_program {
            let name = format!("`{}`", name.display());
            assert!(
                page.contains(&name),
                "{name} says unsafe, and the page does not name it"
            );
        }
    }
}

#[test]
fn a_lessons_tree_is_short() {
    let tree = cargo(&[
        "tree",
        "-p",
        "ipc-pipe",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--offline",
    ]);
    let mut crates: Vec<_> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    crates.sort_unstable();
    crates.dedup();
    assert!(crates.len() <= 25, "{crates:#?}");
}

/// The B-numbers in a text.
fn mistakes(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric());
    let number = |word: &str| {
        let digits = word.strip_prefix('B')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| format!("B{}", digits.trim_start_matches('0')))
    };
    words.filter_map(number).collect()
}

#[test]
fn every_program_stands_in_the_readme_of_its_lesson_and_every_mistake_in_the_list() {
    let list = mistakes(&fs::read_to_string(root().join("docs/mistakes.md")).unwrap());
    for file in sources() {
        let source = fs::read_to_string(&file).unwrap();
        for mistake in mistakes(&source) {
            assert!(
                list.contains(&mistake),
                "{}: {mistake} is not in the list",
                file.display()
            );
        }
        let folder = file.parent().unwrap();
        if folder.ends_with("src/bin") {
            let readme = fs::read_to_string(folder.join("../../README.md")).unwrap();
            let program = file.file_stem().unwrap().to_string_lossy();
            let named = format!("`{program}`");
            assert!(readme.contains(&named), "{program} is not in its README");
        }
    }
}

/// The programs below `src/bin` whose documentation says that they are a mistake, by file name.
fn mistake_programs() -> Vec<(PathBuf, String)> {
    let is_mistake = |file: &PathBuf| {
        let first = fs::read_to_string(file).unwrap();
        file.parent().unwrap().ends_with("src/bin") && first.starts_with("//! Mistake")
    };
    let name = |file: PathBuf| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        (file, name)
    };
    sources().into_iter().filter(is_mistake).map(name).collect()
}

#[test]
fn mistake_programs_are_marked_in_one_way() {
    let programs = mistake_programs();
    assert!(programs.len() > 20, "{programs:?}");
    for (file, name) in programs {
        let source = fs::read_to_string(&file).unwrap();
        let (mark, _) = source.split_once(": ").unwrap();
        let numbers = mark.strip_prefix("//! Mistake").unwrap();
        let numbered = numbers.split(", ").all(|number| {
            let number = number.trim();
            number.is_empty() || !mistakes(number).is_empty()
        });
        assert!(numbered, "{name}: {mark}");
        let first_number = mistakes(numbers).into_iter().next();
        let about = first_number.map_or(" Mistake: ".to_owned(), |it| format!(" Mistake {it}: "));
        assert!(
            source.contains(&about),
            "{name}: its help does not say{about}"
        );
        let readme = fs::read_to_string(file.parent().unwrap().join("../../README.md")).unwrap();
        let row = format!("| `{name}` | **mistake");
        assert!(readme.contains(&row), "{name} is not marked in its README");
    }
}

/// Who mends a mistake program has solved an exercise, and `cargo test` stays green.
#[test]
fn what_a_mistake_program_prints_is_asked_in_tests_mistakes_alone() {
    for (file, name) in mistake_programs() {
        let tests = file.parent().unwrap().join("../../tests");
        let variable = format!("CARGO_BIN_EXE_{name}\"");
        for entry in fs::read_dir(&tests).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let asks = source.contains(&variable);
            let is_apart = path.ends_with("mistakes.rs");
            // `tests/lesson.rs` may ask every program for its help.
            assert!(
                asks == is_apart || (!is_apart && (!asks || path.ends_with("lesson.rs"))),
                "{name} and {}",
                path.display()
            );
        }
    }
}
