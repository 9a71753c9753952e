//! Formats the catalogue as text, within 80 columns.

use std::fmt::Write as _;

use crate::catalogue::{LessonCrate, Reading};

/// Lists the lessons, one on a line.
pub fn show_course<'a>(lessons: impl IntoIterator<Item = &'a LessonCrate>) -> String {
    let mut text = String::from("Processes and Threads, in Rust\n\n");
    for lesson in lessons {
        let command = format!("cargo run -p {}", lesson.name);
        // Writing to a string cannot fail.
        let _fits = writeln!(text, "  {command:28}  {}", lesson.about);
    }
    text + "\nA lesson's programs, and the order to read it in: cargo run -- ipc-pipe\nEach program takes -- --help\n"
}

/// Lists the programs of a lesson, a paragraph for each, and the files to read.
pub fn show_lesson(lesson: &LessonCrate) -> String {
    let mut text = format!("{}\n", lesson.about);
    for program in &lesson.programs {
        let (package, name) = (&lesson.name, &program.name);
        let _fits = writeln!(text, "\n  cargo run -p {package} --bin {name}");
        for line in wrapped(&program.about) {
            let _fits = writeln!(text, "      {line}");
        }
    }
    if !lesson.reading.is_empty() {
        let all: usize = lesson.reading.iter().map(|it| it.lines).sum();
        let _fits = writeln!(text, "\nRead it, {all} lines in this order:\n");
    }
    for Reading { file, lines } in &lesson.reading {
        let _fits = writeln!(text, "  {lines:4}  {file}");
    }
    text
}

/// Cuts a text into lines of at most 74 bytes, between its words.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= 74 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
