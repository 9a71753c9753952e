//! The catalogue on the screen, within 80 columns.

use common::say;

use crate::catalogue::LessonCrate;

pub(crate) fn show_course(lessons: &[LessonCrate]) {
    say!("Processes and Threads, in Rust");
    say!("");
    for lesson in lessons {
        say!(
            "  {:28}  {}",
            format!("cargo run -p {}", lesson.name),
            lesson.about
        );
    }
    say!("");
    say!("Each lesson takes -- --help. All programs of a lesson: cargo run -- ipc-pipe");
}

pub(crate) fn show_lesson(lesson: &LessonCrate) {
    say!("{}", lesson.about);
    for program in &lesson.programs {
        say!("");
        say!("  cargo run -p {} --bin {}", lesson.name, program.name);
        for line in wrapped(&program.about) {
            say!("      {line}");
        }
    }
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
