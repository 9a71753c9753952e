//! The commands of a student: list, start, check, watch, hint, show.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime};

use exercise::Kind;
use sandbox::record::How;
use serde_json::{Value, json};
use timeline::{Detail, Run, Screen};

use crate::checked::{BUILD, LAST_COMMAND, LAST_LOG, checked};
use crate::checkout::{Assigned, Course};
use crate::compiler::{Theirs, errors};
use crate::failed::{Failed, print};
use crate::judged::Judged;
use crate::kit::{cargo, executable};
use crate::practice::Practice;
use crate::results;
use crate::rules::rules;
use crate::submission::Submission;
use crate::supervise::{Ended, Interrupt, run};
use crate::taken::files;
use crate::whole;

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

/// Writes the last fault as a page, together with the same run of a right answer. The fault of an
/// explored run, which is the shortest schedule that was found, is printed as well.
pub(crate) fn show(course: &Course, word: Option<&str>) -> Result<bool, Failed> {
    let practice = Practice::find(course, word)?;
    let id = practice.assigned.id();
    let texts = [LAST_LOG, LAST_COMMAND].map(|file| fs::read_to_string(practice.folder.join(file)));
    let (log, command) = match texts {
        [Ok(log), Ok(command)] => (log, command),
        [Err(_), Ok(_)] => {
            let why = "the check that found the last fault calls your functions itself and records no run";
            return Err(format!("{id}: there is no picture of it: {why}").into());
        }
        _ => {
            let why = "no recorded run has shown a fault yet";
            return Err(format!("{id}: {why}: cargo course check {id}").into());
        }
    };
    let fault = page(&log, &practice.folder.join("fault.html"))?;
    if practice.assigned.exercise.explores {
        // Another answer takes other turns, so it has no such schedule.
        let run = Run::read(log.as_bytes()).map_err(|error| error.to_string())?;
        let steps = timeline::Format::Steps.show(&run, Screen::of_stdout(), Detail::Folded);
        return print(&format!("{steps}\nYours: {fault}\n"));
    }
    if command.is_empty() {
        let why = "the check has stopped or killed a process in this run, so there is no right one beside it";
        return print(&format!("Yours: {fault}\n({why})\n"));
    }
    print(&format!("{command}\nYours: {fault}\n"))?;
    let interrupt = Interrupt::noticed()?;
    let right = right_log(course, practice.assigned, &command, &interrupt)?;
    let right = page(&right, &practice.folder.join("right.html"))?;
    print(&format!("Right: {right}\n"))
}

/// Writes a log as a page, and returns the address of the page for a browser.
fn page(log: &str, file: &Path) -> Result<String, Failed> {
    whole::write(file, &results::page(log)?)?;
    Ok(format!("file://{}", file.display()))
}

/// The log of the same command with the first right answer of the exercise. It is built as the checks
/// are: `cargo run` needs fewer crates, and would build most of them again with other features.
fn right_log(
    course: &Course,
    assigned: &Assigned,
    command: &str,
    interrupt: &Interrupt,
) -> Result<String, Failed> {
    let own = assigned.own_folder().join("right");
    let answers = fs::read_dir(&own).map_err(|error| format!("{}: {error}", own.display()))?;
    let answer = answers.flatten().map(|entry| entry.path()).min();
    let answer = answer.ok_or_else(|| format!("{} has no right answer", assigned.id()))?;
    let judged = Judged::copy(course, assigned, interrupt)?;
    let wrong = |outcome| format!("{}: {outcome:?}", answer.display());
    let files = files(assigned, &[], &Submission::read(&answer)?).map_err(wrong)?;
    judged.put(assigned, &files)?;
    let (before, arguments) = command.split_once(" -- ").unwrap_or((command, ""));
    let name = before.split(" --bin ").nth(1).unwrap_or(&assigned.lesson);
    let ended = || Failed::Other("ended before the right run was over".to_owned());
    let mut build = cargo(&judged.folder, assigned, &judged.target, "json");
    let built = match run(&mut build, interrupt, BUILD, || false)? {
        Ended::Itself(How::Exit(0), built) => built,
        Ended::Itself(_, messages) => {
            let why = errors(&messages, &Theirs::default()).unwrap_or_default();
            return Err(format!("the right answer does not build:\n{why}").into());
        }
        _ => return Err(ended()),
    };
    let log = judged.folder.join("right.jsonl");
    let mut program = placed(before, &executable(&built, name)?);
    program.args(arguments.split_whitespace());
    program.arg("--record").arg(&log);
    match run(&mut program, interrupt, BUILD, || false)? {
        Ended::Itself(..) => {
            let failed = |error| format!("{}: {error}", log.display());
            Ok(fs::read_to_string(&log).map_err(failed)?)
        }
        _ => Err(ended()),
    }
}

/// The command for the program, bound to one core if the original command was (prefix before `cargo`).
fn placed(command: &str, program: &Path) -> Command {
    let before = command.split("cargo ").next().unwrap_or_default();
    let mut words = before.split_whitespace().map(OsStr::new);
    let program = program.as_os_str();
    let mut command = Command::new(words.next().unwrap_or(program));
    if command.get_program() != program {
        command.args(words).arg(program);
    }
    command
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
