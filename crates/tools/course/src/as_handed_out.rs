//! What a check in a handout prints first: the parts of the student's files that grading ignores. A
//! handout builds the files as they are; a grader takes the assigned bodies only.

use std::fs;
use std::io;
use std::path::Path;

use exercise::{Part, outside};

use crate::checkout::Assigned;
use crate::failed::Failed;

/// The module that is added to a check and does the comparison.
const MODULE: &str = include_str!("as_handed_out.txt");

/// Adds the comparison to the check of `one` of the exercises that are handed out in the folder `to`.
pub(crate) fn compare(to: &Path, all: &[&Assigned], one: &Assigned) -> Result<(), Failed> {
    let lesson = to.join("crates/lessons").join(&one.lesson);
    let failed = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| failed(path, error));
    let mut parts = String::new();
    for file in one.exercise.files() {
        let text = read(&lesson.join(file))?;
        // The bodies of the other exercises belong to the student, too.
        let its = all.iter().filter(|other| other.lesson == one.lesson);
        let theirs: Vec<&str> = its
            .flat_map(|other| other.exercise.functions_in(file))
            .collect();
        let outside = outside(&text, &theirs).map_err(|error| error.to_string())?;
        let file = file.display().to_string();
        for Part { item, text } in outside {
            parts += &format!("    ({item:?}, {file:?}, {text:?}),\n");
        }
    }
    let own = lesson.join("exercises").join(&one.exercise.id);
    let (check, module) = (own.join("check.rs"), own.join("as_handed_out.rs"));
    let main = "fn main() -> ExitCode {\n";
    let text = read(&check)?;
    if !text.contains(main) {
        return Err(format!("{} has no line {main:?}", check.display()).into());
    }
    let text = text.replace(main, &format!("{main}    as_handed_out::look();\n"));
    for (path, text) in [
        (check, format!("{text}\nmod as_handed_out;\n")),
        (module, MODULE.replace("    // PARTS\n", &parts)),
    ] {
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}
