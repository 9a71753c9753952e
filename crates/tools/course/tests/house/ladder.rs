//! Tests that each lesson is a ladder: its first reading is short, and so are its library and the
//! path of one message, task or lock through the library. The manifests have the lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::{code, crates, named, rust_files};

/// The most lines of the first reading, with comments.
const READING: usize = 400;
/// The most lines of the library, with comments.
const LIBRARY: usize = 950;
/// The most files from the public call to its effect.
const PATH: usize = 7;

/// A list of files in `[package.metadata.lesson]`, as names and sources; or an error.
fn listed(folder: &Path, key: &str) -> Result<Vec<(String, String)>, String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let lesson = manifest["package"]
        .get("metadata")
        .and_then(|it| it.get("lesson"));
    let list = lesson
        .and_then(|it| it.get(key)?.as_array())
        .ok_or(format!("its manifest has no list `{key}`"))?;
    let read = |name: &toml::Value| {
        let name = name.as_str().unwrap_or_default().to_owned();
        match fs::read_to_string(folder.join(&name)) {
            Ok(source) => Ok((name, source)),
            Err(error) => Err(format!("{key}: cannot read {name}: {error}")),
        }
    };
    list.iter().map(read).collect()
}

/// Returns the number of lines of the first reading.
fn reading(folder: &Path) -> Result<usize, String> {
    let files = listed(folder, "reading")?;
    if files.iter().all(|(name, _)| name != "src/main.rs") {
        return Err("the program of the notes is not in its reading".to_owned());
    }
    rungs(&files)?;
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let read_it = readme.split("## Read it").nth(1).unwrap_or_default();
    for (name, _) in &files {
        let file = name.rsplit('/').next().unwrap_or_default();
        if !read_it.contains(file) {
            return Err(format!("its README's \"Read it\" does not name {file}"));
        }
    }
    let lines = files.iter().map(|(_, source)| source.lines().count()).sum();
    match lines {
        0..=READING => Ok(lines),
        _ => Err(format!(
            "the first reading has {lines} lines, {READING} at most"
        )),
    }
}

/// Returns the number of lines of `src` without the programs.
fn library(folder: &Path) -> Result<usize, String> {
    let src = folder.join("src");
    let files = rust_files(&src)
        .into_iter()
        .filter(|file| !file.starts_with(src.join("bin")) && *file != src.join("main.rs"));
    let lines = |file| fs::read_to_string(file).unwrap().lines().count();
    match files.map(lines).sum() {
        lines @ 0..=LIBRARY => Ok(lines),
        lines => Err(format!("the library has {lines} lines, {LIBRARY} at most")),
    }
}

/// Checks the rungs below the library: each must name what it does not survive or what is missing,
/// and the next rung.
fn rungs(files: &[(String, String)]) -> Result<(), String> {
    let is_rung = |name: &str| {
        let marks = ["syscalls", "tiny", "by-hand", "atomics"];
        marks.iter().any(|mark| name.contains(mark)) && !name.ends_with("/main.rs")
    };
    for (name, source) in files.iter().filter(|(name, _)| is_rung(name)) {
        let docs: Vec<&str> = source
            .lines()
            .filter(|line| line.starts_with("//!"))
            .collect();
        let docs = docs.join(" ");
        if !["It fails", "Missing", "Not yet here", "only while"]
            .iter()
            .any(|word| docs.contains(word))
        {
            return Err(format!("{name} does not say what it does not hold against"));
        }
        if !["Next:", "next rung", "tiny-scheduler"]
            .iter()
            .any(|word| docs.contains(word))
        {
            return Err(format!("{name} does not name the next rung"));
        }
    }
    Ok(())
}

/// The functions and types that a file defines, without names that many files define; and whether each
/// is `pub`.
fn defined(source: &str) -> Vec<(&str, bool)> {
    let mut defined = Vec::new();
    for line in code(source) {
        for mark in ["fn ", "struct ", "enum "] {
            if let Some((_, name)) = line.split_once(mark) {
                let end = name.find(|char: char| !is_of_name(char));
                let name = &name[..end.unwrap_or(name.len())];
                defined.push((name, line.trim_start().starts_with("pub")));
            }
        }
    }
    let usual = ["new", "drop", "fmt", "from", "default", "main", ""];
    defined.retain(|(name, _)| !usual.contains(name));
    defined
}

fn is_of_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Returns whether a file calls a function that the other one defines, or creates a value of its types.
fn calls(source: &str, other: &str) -> bool {
    let names = defined(other);
    names.into_iter().any(|(name, _)| calls_one(source, name))
}

fn calls_one(source: &str, name: &str) -> bool {
    code(source).any(|line| {
        line.match_indices(name).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + name.len()..]);
            // What comes before `::` is a type, or a module that has the name of a function.
            let is_type = name.starts_with(char::is_uppercase);
            let is_called = after.starts_with('(') || is_type && after.starts_with("::");
            is_called && !before.ends_with("fn ") && !before.ends_with(is_of_name)
        })
    })
}

/// The files of these crates between two neighbours of the path (called by one, calling the next) that
/// are not in the lists. (Compares names only: a file is missed if all of its names are `pub` in others, too.)
fn passed_over(
    folder: &Path,
    path: &[(String, String)],
    beside: &[(String, String)],
) -> Vec<String> {
    let known: Vec<_> = path
        .iter()
        .chain(beside)
        .map(|(name, _)| folder.join(name))
        .collect();
    let known: Vec<_> = known.iter().map(|file| named(file)).collect();
    let crates = path
        .iter()
        .map(|(name, _)| name.split_once("src/").unwrap().0);
    let crates: BTreeSet<_> = crates.collect();
    let files = crates
        .into_iter()
        .flat_map(|it| rust_files(&folder.join(it).join("src")));
    let files = files.filter(|file| !named(file).contains("/bin/") && !file.ends_with("main.rs"));
    let all: Vec<_> = files
        .map(|file| (named(&file), fs::read_to_string(file).unwrap()))
        .collect();
    let mut files_of = BTreeMap::<(&str, bool), usize>::new();
    for (_, source) in &all {
        for name in BTreeSet::from_iter(defined(source)) {
            *files_of.entry(name).or_default() += 1;
        }
    }
    // A private name counts only if no file has a `pub` one. A call of a file's own function is none of
    // another file's.
    let is_unique = |name: &(&str, bool)| {
        files_of[name] == 1 && (name.1 || !files_of.contains_key(&(name.0, true)))
    };
    let calls = |one: &str, next: &str| {
        let own = BTreeMap::from_iter(defined(one));
        let mut names = defined(next).into_iter().filter(is_unique);
        names.any(|(name, _)| !own.contains_key(name) && calls_one(one, name))
    };
    let between = |(name, source): &&(String, String)| {
        let is_between =
            |pair: &[(String, String)]| calls(&pair[0].1, source) && calls(source, &pair[1].1);
        !known.contains(name) && path.windows(2).any(is_between)
    };
    all.iter()
        .filter(between)
        .map(|(name, _)| name.clone())
        .collect()
}

/// Checks the files from the public call to its effect, and returns their number. Each file calls a
/// function of the next one, or is called by it where a message is passed between the two. Files in
/// `beside` do not count: they convert messages to bytes and back, or do other work that the path needs.
fn path(folder: &Path) -> Result<usize, String> {
    let files = listed(folder, "path")?;
    for pair in files.windows(2) {
        let ((one, above), (next, below)) = (&pair[0], &pair[1]);
        if !calls(above, below) && !calls(below, above) {
            return Err(format!("path: {one} and {next} do not call each other"));
        }
    }
    let beside = match listed(folder, "beside") {
        Err(error) if error.contains("cannot read") => return Err(error),
        list => list.unwrap_or_default(),
    };
    if let Some(file) = passed_over(folder, &files, &beside).first() {
        return Err(format!("path: {file} is passed, and stands in no list"));
    }
    let most = if folder.ends_with("ipc-pipe") {
        4
    } else {
        PATH
    };
    match files.len() {
        0 => Err("path: it is empty".to_owned()),
        files if files <= most => Ok(files),
        files => Err(format!("the path has {files} files, {most} at most")),
    }
}

/// Counts how often a lesson records events itself instead of through its trace, or asks whether they are.
fn trace(folder: &Path) -> Result<usize, String> {
    let mut found = Vec::new();
    for file in rust_files(&folder.join("src")) {
        let source = fs::read_to_string(&file).unwrap();
        let calls = |line: &&str| {
            let mut starts = line.match_indices("record(").map(|(at, _)| &line[..at]);
            starts
                .any(|before| !before.ends_with(|char: char| char.is_alphanumeric() || char == '_'))
                || [
                    "EventId::NONE",
                    "format_args!(\"\")",
                    "is_recording",
                    "is_watched",
                ]
                .iter()
                .any(|word| line.contains(word))
        };
        let lines = code(&source).filter(calls).count();
        if lines > 0 {
            found.push(format!("{} {lines}", named(&file)));
        }
    }
    if found.is_empty() {
        return Ok(0);
    }
    Err(format!("events are written by hand: {}", found.join(", ")))
}

#[test]
fn the_ladder_of_each_lesson_is_short() {
    let mut table = String::from("lesson        first reading  library  files on the path\n");
    let mut wrong = Vec::new();
    for folder in crates("lessons") {
        let lesson = folder.file_name().unwrap().to_string_lossy();
        let mut figure = |result: Result<usize, String>| match result {
            Ok(figure) => figure.to_string(),
            Err(error) => {
                wrong.push(format!("{lesson}: {error}"));
                let figure = error.split(' ').find(|word| word.parse::<usize>().is_ok());
                figure.unwrap_or("?").to_owned()
            }
        };
        let reading = figure(reading(&folder));
        let library = figure(library(&folder));
        let path = figure(path(&folder));
        let _traced = figure(trace(&folder));
        // Writing to a string cannot fail.
        let _fits = writeln!(
            table,
            "{lesson:12}  {reading:>13}  {library:>7}  {path:>17}"
        );
    }
    common::print_text(&table).unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
