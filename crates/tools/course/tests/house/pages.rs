//! Tests that everything exists that the pages name: programs in commands, files, other pages.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{crates, named, root, rust_files, sources};

/// The README files of the course and its crates, and the pages in docs/, some of which are folders.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = fs::read_dir(root().join("docs")).unwrap();
    let mut pages: Vec<_> = docs.map(|entry| entry.unwrap().path()).collect();
    pages.push(root().join("README.md"));
    let folders = ["lessons", "engine", "tools"].into_iter().flat_map(crates);
    pages.extend(folders.map(|folder| folder.join("README.md")));
    // A script writes behaviours.md, and checks it itself.
    pages.retain(|page| page.exists() && !page.ends_with("behaviours.md"));
    for page in &mut pages {
        if page.is_dir() {
            *page = page.join("README.md");
        }
    }
    pages.retain(|page| page.extension() == Some("md".as_ref()));
    let read = |page: PathBuf| {
        let text = fs::read_to_string(&page).unwrap();
        (page, text)
    };
    pages.into_iter().map(read).collect()
}

/// The folder of the crate with this name, if there is one.
fn folder_of(package: &str) -> Option<PathBuf> {
    let mut folders = ["lessons", "engine", "tools"].into_iter().flat_map(crates);
    folders.find(|folder| folder.ends_with(package))
}

/// The word after `flag` in a command.
fn after<'a>(words: &[&'a str], flag: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == flag)?;
    words.get(at + 1).copied()
}

/// Returns whether the program, test or bench exists that a cargo command names.
fn exists(words: &[&str]) -> bool {
    let Some(package) = after(words, "-p") else {
        return true;
    };
    let Some(folder) = folder_of(package) else {
        return false;
    };
    let bin = after(words, "--bin").filter(|name| *name != package);
    let bins = folder.join("src/bin");
    let bin = bin.is_none_or(|name| {
        bins.join(format!("{name}.rs")).exists() || bins.join(name).join("main.rs").exists()
    });
    let test = after(words, "--test").is_none_or(|name| {
        let tests = folder.join("tests");
        let checks = name.strip_prefix("check-");
        tests.join(format!("{name}.rs")).exists()
            || tests.join(name).join("main.rs").exists()
            || checks.is_some_and(|id| folder.join(format!("exercises/{id}/check.rs")).exists())
    });
    bin && test
}

#[test]
fn commands_name_programs_and_tests_that_exist() {
    let mut found = 0;
    for (page, text) in pages() {
        for line in text.lines() {
            for (at, _) in line.match_indices("cargo ") {
                let command = line[at..].split(['`', '#', '|']).next().unwrap_or_default();
                let words: Vec<_> = command
                    .split_whitespace()
                    .take_while(|word| *word != "--")
                    .map(|word| word.trim_end_matches([',', ';', ':', ')', '.']))
                    .filter(|word| !["CRATE", "NAME", "LESSON"].contains(word))
                    .collect();
                let is_template = command.contains("CRATE") || command.contains("LESSON");
                found += words.len();
                assert!(is_template || exists(&words), "{}: {command}", named(&page));
            }
        }
    }
    assert!(found > 100, "{found}");
}

#[test]
fn files_and_pages_that_are_named_exist() {
    for (page, text) in pages() {
        let links = text.split("](").skip(1);
        let links = links.filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.contains("://")) {
            let target = page.parent().unwrap().join(link);
            assert!(target.exists(), "{} links to {link}", named(&page));
        }
        // `crates/...`, or relative to `crates`, as docs/ARCHITECTURE.md names files.
        for name in text.split('`').skip(1).step_by(2) {
            let floors = [
                "crates/", "lessons/", "engine/", "tools/", "docs/", "scripts/",
            ];
            let is_file = floors.iter().any(|floor| name.starts_with(floor));
            let is_one = is_file && !name.contains(['*', ' ', '{']);
            let exists = root().join(name).exists() || root().join("crates").join(name).exists();
            assert!(!is_one || exists, "{} names {name}", named(&page));
        }
    }
}

/// The names of Rust files in a text, with the folders written before them.
fn rust_names(text: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |char: char| char.is_alphanumeric() || "_-./*".contains(char);
    let words = text.split(move |char| !is_of_name(char));
    let words = words.map(|word| word.trim_end_matches('.').trim_start_matches("../"));
    let is_file = |word: &&str| word.ends_with(".rs") && !word.starts_with("//");
    // Capitals or a star stand for any name.
    words.filter(move |word| is_file(word) && !word.contains("NAME") && !word.contains('*'))
}

#[test]
fn rust_files_that_pages_and_comments_name_exist() {
    let all = rust_files(&root().join("crates"));
    let exists = |folder: &Path, name: &str| {
        let mut all = all.iter().filter(|file| file.starts_with(folder));
        all.any(|file| file.ends_with(name))
    };
    for (page, text) in pages() {
        for name in rust_names(&text) {
            assert!(exists(&root(), name), "{} names {name}", named(&page));
        }
    }
    for file in sources() {
        let source = fs::read_to_string(&file).unwrap();
        let lines = source.lines().filter(|line| line.trim().starts_with("//"));
        for name in lines.flat_map(rust_names) {
            // In a lesson, `src/` means its own folder.
            let crate_of = file.ancestors().find(|it| it.join("Cargo.toml").exists());
            let folder = match crate_of.filter(|it| it.parent().unwrap().ends_with("lessons")) {
                Some(lesson) if name.starts_with("src/") => lesson.to_owned(),
                _ => root(),
            };
            assert!(exists(&folder, name), "{} names {name}", named(&file));
        }
    }
}
