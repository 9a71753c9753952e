//! The commands of a student: list, start, check, watch, hint.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use exercise::Kind;
use serde_json::{Value, json};

use crate::checked::checked;
use crate::checkout::{Assigned, Course};
use crate::failed::{Failed, print};
use crate::judged::Judged;
use crate::practice::Practice;
use crate::rules::rules;
use crate::supervise::Interrupt;

/// Lists the exercises and the progress on them.
pub(crate) fn list(course: &Course, as_json: bool) -> Result<bool, Failed> {
    let copies = Practice::all(course);
    let state = |one: &Assigned| {
        let mut its = copies.iter().filter(|copy| copy.assigned.id() == one.id());
        its.next()
            .map(|copy| if copy.is_done { "done" } else { "begun" })
    };
    if as_json {
        let exercises = course.exercises().map(|one| {
            json!({
                "id": one.id(),
                "kind": format!("{:?}", one.exercise.kind).to_lowercase(),
                "title": one.exercise.title,
                "minutes": one.exercise.minutes,
                "points": one.exercise.points(),
                "state": state(one).unwrap_or("open"),
            })
        });
        return print(&format!("{:#}\n", Value::from_iter(exercises)));
    }
    let mut text =
        String::from("Exercises (b: build, r: repair, p: predict), with minutes and stars\n");
    for lesson in course
        .lessons
        .iter()
        .filter(|lesson| !lesson.exercises.is_empty())
    {
        text += &format!("\n{}  {}\n", lesson.name, lesson.about);
        for one in &lesson.exercises {
            let stars = "*".repeat(usize::try_from(one.exercise.stars).unwrap_or(1));
            let (id, minutes) = (&one.exercise.id, one.exercise.minutes);
            let (state, title) = (state(one).unwrap_or(""), &one.exercise.title);
            let kind = match one.exercise.kind {
                Kind::Build => 'b',
                Kind::Repair => 'r',
                Kind::Predict => 'p',
            };
            text += &format!("  {state:5} {id:17} {kind} {minutes:3} {stars:3} {title}\n");
        }
    }
    print(&(text + "\nBegin one: cargo course start ipc-pipe/forgotten-end\n"))
}

/// Makes a practice copy, and prints what to do in it.
pub(crate) fn start(course: &Course, word: &str, folder: Option<&Path>) -> Result<bool, Failed> {
    let practice = Practice::start(course, course.exercise(word)?, folder)?;
    let exercise = &practice.assigned.exercise;
    let mut text = format!(
        "{}\n\n  {}: {}.\n\n  Yours ({} minutes):\n",
        practice.assigned.id(),
        exercise.title,
        exercise.shows,
        exercise.minutes
    );
    for (path, file) in practice.files().iter().zip(exercise.files()) {
        let functions: Vec<_> = exercise.functions_in(file).collect();
        let what = if functions.is_empty() {
            "the answer".to_owned()
        } else {
            functions.join(", ")
        };
        text += &format!("    {what} in {}\n", path.display());
    }
    let id = practice.assigned.id();
    let mut lessons = course.lessons.iter();
    if let Some(lesson) = lessons.find(|lesson| lesson.name == practice.assigned.lesson) {
        let files = lesson.reading.iter();
        let files: String = files.map(|file| format!("    {file}\n")).collect();
        text += &format!("\n  The first reading of the lesson, in this order:\n{files}");
    }
    for line in rules(std::iter::once(exercise)).lines() {
        let indent = if line.is_empty() { "" } else { "  " };
        text += &format!("{indent}{line}\n");
    }
    text += &format!(
        "\n  Run it in {}.\n\n  cargo course watch {id}   checks it whenever you save\n  \
         cargo course check {id}   checks it once\n  \
         cargo course hint {id}    gives a hint, of {}\n",
        practice.folder.display(),
        exercise.hints.len()
    );
    print(&text)
}

/// Prints the next hint.
pub(crate) fn hint(course: &Course, word: Option<&str>) -> Result<bool, Failed> {
    let mut practice = Practice::find(course, word)?;
    let hints = &practice.assigned.exercise.hints;
    practice.hints = (practice.hints + 1).min(hints.len());
    let mut text = String::new();
    for (number, hint) in (1..).zip(&hints[..practice.hints]) {
        text += &format!("{number} of {}: {hint}\n", hints.len());
    }
    practice.save()?;
    print(&text)
}

/// Checks a copy once.
pub(crate) fn check(course: &Course, word: Option<&str>) -> Result<bool, Failed> {
    let mut practice = Practice::find(course, word)?;
    let interrupt = Interrupt::noticed()?;
    let judged = Judged::copy(course, practice.assigned, &interrupt)?;
    Ok(checked(judged, &mut practice, &interrupt, || false)? == Some(true))
}

/// Checks a copy whenever one of the student's files is saved, until Ctrl-C.
pub(crate) fn watch(course: &Course, word: Option<&str>) -> Result<bool, Failed> {
    let mut practice = Practice::find(course, word)?;
    let interrupt = Interrupt::noticed()?;
    let files = practice.files();
    while !interrupt.has_come() {
        let assigned = practice.assigned;
        let turn = || Judged::copy(course, assigned, &interrupt);
        // The turn ends before the wait for the next save, so that other copies can be checked meanwhile.
        let (checked, before) = in_turn(&files, turn, |judged, is_saved| {
            checked(judged, &mut practice, &interrupt, is_saved)
        });
        let has_ended = match checked {
            Ok(is_right) => is_right.is_some(),
            // An error of this machine, such as a full disk, may be gone at the next save.
            Err(Failed::Other(why)) => {
                common::complain(&format!("course: {why}"));
                true
            }
            Err(why) => return Err(why),
        };
        if has_ended {
            print("\nSave a file, and it is checked again. Ctrl-C ends this.\n")?;
        }
        while saved(&files) == before && !interrupt.has_come() {
            thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(true)
}

/// Waits for its turn, then checks the files as saved by then. Saves during the wait lead to one
/// check only; a save during the check ends the check. Also returns the versions that it has checked.
fn in_turn<T, R>(
    files: &[PathBuf],
    turn: impl FnOnce() -> Result<T, Failed>,
    check: impl FnOnce(T, &dyn Fn() -> bool) -> Result<R, Failed>,
) -> (Result<R, Failed>, Saved) {
    let turn = turn();
    let before = saved(files);
    let checked = turn.and_then(|turn| check(turn, &|| saved(files) != before));
    (checked, before)
}

/// When each file was last saved.
type Saved = Vec<Option<SystemTime>>;

fn saved(files: &[PathBuf]) -> Saved {
    let time = |file: &PathBuf| file.metadata().and_then(|data| data.modified()).ok();
    files.iter().map(time).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use lesson_test::Folder;

    use super::*;

    #[test]
    fn a_save_before_a_check_is_checked_once_and_a_save_during_it_ends_it() {
        let folder = Folder::new();
        let file = folder.path("saved.rs");
        let files = [file.clone()];
        // A loop, because the clock of the file system may be coarse.
        let save = |second: u64| {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            File::create(&file).unwrap().set_modified(time).unwrap();
        };
        save(1);
        let waits = || {
            save(2);
            Ok(())
        };
        let (seen, before) = in_turn(&files, waits, |(), is_saved| {
            let was_saved = is_saved();
            save(3);
            Ok((was_saved, is_saved()))
        });
        assert_eq!(seen.unwrap(), (false, true));
        assert_ne!(before, saved(&files), "the last one is still to be checked");
    }
}
