//! Tests that programs, READMEs and the list of mistakes agree.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{crates, named, root, rust_files, sources};

/// The name of a program in `src/bin`: that of its file, or of the folder of its `main.rs`.
fn in_bin(file: &Path) -> Option<String> {
    let file = match file.ends_with("main.rs") {
        true => file.parent()?,
        false => file,
    };
    let name = file.file_stem()?.to_string_lossy().into_owned();
    file.parent()?.ends_with("src/bin").then_some(name)
}

/// The folder of the crate to which a source file belongs.
fn crate_of(file: &Path) -> &Path {
    let mut folders = file.ancestors();
    folders
        .find(|folder| folder.join("Cargo.toml").exists())
        .unwrap()
}

/// The stories that a lesson explores.
fn stories() -> Vec<PathBuf> {
    let folders = crates("lessons")
        .into_iter()
        .map(|it| it.join("explore/stories"));
    let folders = folders.filter(|folder| folder.exists());
    folders.flat_map(|folder| rust_files(&folder)).collect()
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
    for file in sources().into_iter().chain(stories()) {
        let source = fs::read_to_string(&file).unwrap();
        for mistake in mistakes(&source) {
            assert!(
                list.contains(&mistake),
                "{}: {mistake} is not in the list",
                file.display()
            );
        }
        if let Some(program) = in_bin(&file) {
            let readme = fs::read_to_string(crate_of(&file).join("README.md")).unwrap();
            let named = format!("`{program}`");
            assert!(readme.contains(&named), "{program} is not in its README");
        }
    }
}

/// The programs of the lessons, with their sources.
fn programs() -> impl Iterator<Item = (PathBuf, String)> {
    let folders = crates("lessons").into_iter();
    let files = folders.flat_map(|folder| rust_files(&folder.join("src")));
    let is_program = |file: &PathBuf| file.ends_with("main.rs") || named(file).contains("/bin/");
    files.filter(is_program).map(|file| {
        let source = fs::read_to_string(&file).unwrap();
        (file, source)
    })
}

/// `cargo run -- LESSON` prints the first paragraph of each program.
#[test]
fn every_program_of_a_lesson_begins_with_whole_sentences() {
    for (file, source) in programs() {
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        let lines = lines.map(str::trim).take_while(|line| !line.is_empty());
        let last = lines.last();
        let is_whole = last.is_some_and(|line| line.ends_with(['.', '?']));
        assert!(is_whole, "{} begins: ... {last:?}", named(&file));
    }
}

/// The help adds the brackets around the operands of a program.
#[test]
fn no_program_of_a_lesson_has_brackets_around_its_operands() {
    for (file, source) in programs() {
        assert!(!source.contains("name: \"["), "{}", named(&file));
    }
}

/// The programs in `src/bin` whose documentation marks them as a mistake, with their names.
fn mistake_programs() -> Vec<(PathBuf, String)> {
    let mistake = |file: PathBuf| {
        let source = fs::read_to_string(&file).unwrap();
        let name = in_bin(&file).filter(|_| source.starts_with("//! Mistake"))?;
        Some((file, name))
    };
    sources().into_iter().filter_map(mistake).collect()
}

/// The numbers in the mark of a mistake; `None` if the mark is not in the usual form.
fn mark(source: &str) -> Option<&str> {
    let (mark, _) = source.split_once(": ")?;
    let numbers = mark.strip_prefix("//! Mistake")?;
    let mut all = numbers.split(", ").map(str::trim);
    let is_spelt = all.all(|number| number.is_empty() || !mistakes(number).is_empty());
    is_spelt.then_some(numbers)
}

#[test]
fn stories_are_marked_as_programs_are() {
    let stories = stories();
    assert!(stories.len() > 5, "{stories:?}");
    for file in stories.iter().filter(|file| !file.ends_with("mod.rs")) {
        let source = fs::read_to_string(file).unwrap();
        let is_marked = mark(&source).is_some() || source.starts_with("//! Right: ");
        assert!(is_marked, "{}", named(file));
    }
}

#[test]
fn mistake_programs_are_marked_in_one_way() {
    let programs = mistake_programs();
    assert!(programs.len() > 20, "{programs:?}");
    let list = fs::read_to_string(root().join("docs/mistakes.md")).unwrap();
    for (file, name) in programs {
        assert!(list.contains(&format!("`{name}`")), "{name} is in no list");
        let source = fs::read_to_string(&file).unwrap();
        let numbers = mark(&source).unwrap_or_else(|| panic!("{name}: its mark"));
        let first_number = mistakes(numbers).into_iter().next();
        let about = first_number.map_or(" Mistake: ".to_owned(), |it| format!(" Mistake {it}: "));
        assert!(
            source.contains(&about),
            "{name}: its help does not say{about}"
        );
        let lesson = crate_of(&file);
        let readme = fs::read_to_string(lesson.join("README.md")).unwrap();
        let row = format!("| `{name}` | **mistake");
        assert!(readme.contains(&row), "{name} is not marked in its README");
        let checked = fs::read_to_string(lesson.join("exercises.toml")).unwrap();
        let own = readme.split("## Exercises").nth(1).unwrap_or_default();
        assert!(
            checked.contains(&format!("src/bin/{name}.rs\"")) || own.contains(&format!("`{name}`")),
            "{name} is no exercise"
        );
    }
}

/// A student who repairs a mistake program has solved an exercise, and `cargo test` must stay green.
#[test]
fn the_output_of_a_mistake_program_is_tested_in_tests_mistakes_alone() {
    for (file, name) in mistake_programs() {
        let tests = crate_of(&file).join("tests");
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
