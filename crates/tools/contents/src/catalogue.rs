//! Reads how the lessons describe themselves: their manifests, and the first paragraph of each program.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A lesson of the course.
#[derive(Debug)]
pub struct LessonCrate {
    /// The name of its package.
    pub name: String,
    /// Its section of the notes and its subject, from the manifest.
    pub about: String,
    /// The program of the notes first, then the others by name.
    pub programs: Vec<Program>,
    /// The files of its first reading, in the order to read them.
    pub reading: Vec<Reading>,
}

/// A file of a lesson's first reading.
#[derive(Debug)]
pub struct Reading {
    /// Its path, from the top folder of the course.
    pub file: String,
    /// The number of its lines.
    pub lines: usize,
}

/// A program of a lesson.
#[derive(Debug)]
pub struct Program {
    /// Its name for `--bin`.
    pub name: String,
    /// The first paragraph of its documentation.
    pub about: String,
}

/// Returns all lessons in the folder `crates`, in the order of the notes. A crate is a lesson when
/// its description begins with a section of the notes.
///
/// # Errors
/// When a manifest or a program cannot be read.
pub fn lessons(crates: &Path) -> io::Result<Vec<LessonCrate>> {
    let mut lessons = Vec::new();
    for folder in fs::read_dir(crates).map_err(|error| cannot_read(crates, &error))? {
        lessons.extend(lesson(&folder?.path())?);
    }
    lessons.sort_by(|one: &LessonCrate, other| one.about.cmp(&other.about));
    Ok(lessons)
}

fn lesson(folder: &Path) -> io::Result<Option<LessonCrate>> {
    let manifest = read(&folder.join("Cargo.toml"))?;
    let manifest: toml::Table = manifest.parse().map_err(io::Error::other)?;
    let text = |key| manifest.get("package")?.get(key)?.as_str();
    let (Some(name), Some(about)) = (text("name"), text("description")) else {
        return Ok(None);
    };
    if !about.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(None);
    }
    Ok(Some(LessonCrate {
        programs: programs(folder, name)?,
        reading: reading(folder, &manifest)?,
        name: name.to_owned(),
        about: about.to_owned(),
    }))
}

fn programs(folder: &Path, main: &str) -> io::Result<Vec<Program>> {
    // A lesson with a single program has no `src/bin`.
    let listed = fs::read_dir(folder.join("src/bin")).into_iter().flatten();
    let mut files: Vec<PathBuf> = listed.flatten().map(|file| file.path()).collect();
    files.sort();
    files.insert(0, folder.join("src/main.rs"));
    let program = |file: PathBuf| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        // `src/bin/NAME.rs`, or `src/bin/NAME/main.rs`.
        let source = if file.is_dir() {
            file.join("main.rs")
        } else {
            file.clone()
        };
        Ok(Program {
            about: first_paragraph(&read(&source)?),
            name: if name == "main" {
                main.into()
            } else {
                name.into()
            },
        })
    };
    files.into_iter().map(program).collect()
}

/// The list `[package.metadata.lesson] reading` of a manifest.
fn reading(folder: &Path, manifest: &toml::Table) -> io::Result<Vec<Reading>> {
    let metadata = manifest.get("package").and_then(|it| it.get("metadata"));
    let lesson = metadata.and_then(|it| it.get("lesson"));
    let list = lesson.and_then(|it| it.get("reading")?.as_array());
    let names = list.into_iter().flatten().filter_map(toml::Value::as_str);
    let read = |name: &str| {
        let file = folder.join(name);
        let lines = read(&file)?.lines().count();
        let file = fs::canonicalize(file)?.display().to_string();
        let from_top = file.rfind("/crates/").map_or(0, |at| at + 1);
        Ok(Reading {
            file: file[from_top..].to_owned(),
            lines,
        })
    };
    names.map(read).collect()
}

/// The first paragraph of the `//!` at the top.
fn first_paragraph(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<_> = lines
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    lines.join(" ")
}

fn read(file: &Path) -> io::Result<String> {
    fs::read_to_string(file).map_err(|error| cannot_read(file, &error))
}

fn cannot_read(path: &Path, error: &io::Error) -> io::Error {
    let path = path.display();
    io::Error::other(format!(
        "cannot read {path}: {error}; run `cargo run` in the folder of the course"
    ))
}
