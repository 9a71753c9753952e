//! Makes a handout: a workspace without the assigned bodies.

use std::fs;
use std::path::Path;

use exercise::Kind;

use crate::as_handed_out::compare;
use crate::checkout::{Assigned, Course, MARK};
use crate::failed::{Failed, print};
use crate::rules::rules;
use crate::supervise::Interrupt;
use crate::taken::test_command;
use crate::tree::{self, For};
use crate::whole;

const AS_THEY_STAND: &str = "
The commands above build your files as they stand. What of them is not taken when they
are graded is printed first.
";

/// Makes the workspace for these exercises in the folder `to`.
pub(crate) fn command(course: &Course, words: &[String], to: &Path) -> Result<bool, Failed> {
    let assigned: Vec<&Assigned> = course.distinct(words)?;
    whole::make(to, |new| fill(course, &assigned, new))?;
    print(&format!("{}: a workspace to hand out\n", to.display()))
}

fn fill(course: &Course, assigned: &[&Assigned], to: &Path) -> Result<(), Failed> {
    tree::copy(course, assigned, to, For::Class, &Interrupt::noticed()?)?;
    for one in assigned
        .iter()
        .filter(|one| one.exercise.kind != Kind::Predict)
    {
        compare(to, assigned, one)?;
    }
    let mark: String = assigned
        .iter()
        .map(|one| format!("exercise {}\n", one.id()))
        .collect();
    // Keeps build results out of a repository, and out of what students hand in from it.
    let ignored = "/target\n".to_owned();
    for (name, text) in [
        (MARK, mark),
        ("README.md", readme(assigned)),
        (".gitignore", ignored),
    ] {
        let file = to.join(name);
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

fn readme(assigned: &[&Assigned]) -> String {
    let mut text = String::from(
        "# Exercises\n\nLinux (on Windows WSL 2, on macOS a Linux container) with Rust 1.95 or newer from \
         <https://rustup.rs> and a C compiler (Debian, Ubuntu: `apt install build-essential`). The first build \
         needs the network. Below each exercise stands the command that checks it; the first time it builds \
         what it needs.\n",
    );
    assigned.iter().for_each(|one| text += &section(one));
    let rules = rules(assigned.iter().map(|one| &one.exercise));
    if !rules.is_empty() {
        text += &format!("\n## How they are judged\n{rules}{AS_THEY_STAND}");
    }
    text + "\nHand in this folder, or an archive of it, or the files that are yours.\n"
}

/// The section of the README on one exercise: what to do, and how to check it.
fn section(one: &Assigned) -> String {
    let (exercise, lesson) = (&one.exercise, &one.lesson);
    let mut text = format!(
        "\n## {}\n\n{}: {}. ({} minutes, {} points)\n\n",
        one.id(),
        exercise.title,
        exercise.shows,
        exercise.minutes,
        exercise.points()
    );
    for file in exercise.files() {
        let functions: Vec<_> = exercise.functions_in(file).collect();
        let path = format!("crates/lessons/{lesson}/{}", file.display());
        text += &match functions.is_empty() {
            true => format!("- Your answer: `{path}`\n"),
            false => format!(
                "- Yours: the body of `{}` in `{path}`\n",
                functions.join("`, `")
            ),
        };
    }
    if exercise.kind == Kind::Predict {
        let test = exercise.check_target();
        return text
            + &format!(
                "\n    cargo test -p {lesson} --test {test}\n\nlooks whether your answer can be read. It is \
                 judged when you have handed it in.\n"
            );
    }
    text + &format!("\n    {}\n", test_command(one))
}
