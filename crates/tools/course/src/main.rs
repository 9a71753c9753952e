//! `cargo run`: the course, lesson by lesson, with the command for each program.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

use timeline::{Lesson, Operands, StoryResult};

mod catalogue;
mod show;

use catalogue::lessons;
use show::{show_course, show_lesson};

const OPERANDS: Operands = Operands {
    name: "LESSON",
    help: "a lesson, to see all its programs: cargo run -- ipc-pipe",
    most: 1,
};

fn main() -> ExitCode {
    let about = "the course: its lessons, what each is about, and the command for each";
    let lesson = Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about);
    lesson.run_with(OPERANDS, |words| story(&words))
}

fn story(words: &[String]) -> StoryResult {
    // Where the course was built, which is where a student has it.
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
    let lessons = lessons(&crates)?;
    match words {
        [] => show_course(&lessons),
        [name, ..] => match lessons.iter().find(|lesson| lesson.name == *name) {
            Some(lesson) => show_lesson(lesson),
            None => {
                let names: Vec<_> = lessons.iter().map(|lesson| lesson.name.as_str()).collect();
                let names = names.join(", ");
                return Err(format!("there is no lesson '{name}'; there are {names}").into());
            }
        },
    }
    Ok(())
}
