//! `cargo run`: lists the lessons, with the command for each program.

#![forbid(unsafe_code)]

use std::io;
use std::path::Path;
use std::process::ExitCode;

use lexopt::prelude::*;

use contents::{find, lessons, not_found, show_course, show_lesson};

const HELP: &str = "\
Lists the lessons of the course, with the command for each

Usage: cargo run                  all lessons
       cargo run -- ipc-pipe      a lesson: its programs, and the files to read
       cargo run -- 1.4.2         the lesson of a section
       cargo run -- pipe          the lessons with this word in a name
";

fn main() -> ExitCode {
    common::let_writes_fail();
    let word = match word() {
        Ok(Asked::Help) => return ended(common::print_text(HELP)),
        Ok(Asked::Lesson(word)) => word,
        Err(error) => return wrong(&format!("{error}; --help shows how to ask")),
    };
    // The folder in which the course was built, which is where a student has it.
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
    let lessons = match lessons(&crates) {
        Ok(lessons) => lessons,
        Err(error) => return ended(Err(error)),
    };
    let Some(word) = word else {
        return ended(common::print_text(&show_course(&lessons)));
    };
    match find(&lessons, &word)[..] {
        [] => wrong(&not_found(&lessons, &word)),
        [lesson] => ended(common::print_text(&show_lesson(lesson))),
        ref several => ended(common::print_text(&show_course(several.iter().copied()))),
    }
}

/// What the command line asks for.
enum Asked {
    Help,
    Lesson(Option<String>),
}

fn word() -> Result<Asked, lexopt::Error> {
    let mut words = lexopt::Parser::from_env();
    let mut asked = None;
    while let Some(word) = words.next()? {
        match word {
            Short('h') | Long("help") => return Ok(Asked::Help),
            Value(word) if asked.is_none() => asked = Some(word.string()?),
            unexpected => return Err(unexpected.unexpected()),
        }
    }
    Ok(Asked::Lesson(asked))
}

/// Reports a wrong command line in one line, and returns exit code 2.
fn wrong(message: &str) -> ExitCode {
    common::complain(&format!("contents: {message}"));
    ExitCode::from(2)
}

fn ended(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            common::complain(&format!("contents: {error}"));
            ExitCode::FAILURE
        }
    }
}
