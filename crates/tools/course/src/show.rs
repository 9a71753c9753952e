//! The catalogue as text, within 80 columns.

use std::fmt::Write as _;

use crate::catalogue::LessonCrate;

/// One line for each lesson.
pub(crate) fn show_course<'a>(lessons: impl IntoIterator<Item = &'a LessonCrate>) -> String {
    let mut text = String::from("Processes and Threads, in Rust\n\n");
    for lesson in lessons {
        let command = format!("cargo run -p {}", lesson.name);
        // Writing to a string cannot fail.
        let _fits = writeln!(text, "  {command:28}  {}", lesson.about);
    }
    text + "\nEach lesson takes -- --help. All programs of a lesson: cargo run -- ipc-pipe\n"
}

/// A paragraph for each program of a lesson.
pub(crate) fn show_lesson(lesson: &LessonCrate) -> String {
    let mut text = format!("{}\n", lesson.about);
    for program in &lesson.programs {
        let (package, name) = (&lesson.name, &program.name);
        let _fits = writeln!(text, "\n  cargo run -p {package} --bin {name}");
        for line in wrapped(&program.about) {
            let _fits = writeln!(text, "      {line}");
        }
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
