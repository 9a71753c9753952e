//! The explorer as a program: tries every order of the turns of a story's threads, and shows the
//! shortest one found that fails.

use std::env;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::process::ExitCode;

use common::{complain, say, take_output_failure};
use nix::unistd::dup2_stderr;

use crate::fault::Fault;
use crate::lanes::{lanes, waits};
use crate::path::Path;
use crate::search::{Explored, Reach, explore, pct, random, replay};
use crate::story::Story;

/// About as many schedules as there is time for.
const MOST: usize = 100_000;
/// How many random schedules of each sort, if there are more than that.
const AT_RANDOM: usize = 10_000;
const SEED: u64 = 1;

/// Explores the story that the command line names, as `[NAME] [--schedule TURNS]`, or the first of
/// `stories`. The exit code is 0 if no fault was found, 1 if one was or the result could not be
/// printed, 2 for a wrong command line.
///
/// # Panics
/// When there are no stories.
#[must_use]
pub fn main(stories: &[Story]) -> ExitCode {
    let words = env::args_os().skip(1);
    let words: Vec<_> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    // Of a run that fails shuttle prints a report. If it cannot be silenced, it is only in the way.
    let stderr = silence_stderr();
    let code = run(stories, &words).unwrap_or_else(|complaint| {
        say!("explore: {complaint}");
        ExitCode::from(2)
    });
    if let Ok(stderr) = stderr {
        // If it stays silent, the exit code still reports the failure.
        let _heard = dup2_stderr(stderr);
    }
    match take_output_failure() {
        None => code,
        Some(failure) => {
            complain(&format!("explore: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// Lets standard error lead to nowhere, and returns where it led to.
fn silence_stderr() -> io::Result<OwnedFd> {
    let stderr = io::stderr().as_fd().try_clone_to_owned()?;
    dup2_stderr(File::options().write(true).open("/dev/null")?)?;
    Ok(stderr)
}

fn run(stories: &[Story], words: &[String]) -> Result<ExitCode, String> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let (name, path) = match words[..] {
        [] => (stories[0].name, None),
        ["--schedule", turns] => (stories[0].name, Some(turns)),
        [name] => (name, None),
        [name, "--schedule", turns] => (name, Some(turns)),
        _ => return Err("takes [NAME] [--schedule TURNS], and nothing more".to_owned()),
    };
    let path = path.map(str::parse::<Path>).transpose();
    let path = path.map_err(|error| error.to_string())?;
    let story = stories.iter().find(|story| story.name == name);
    let story = story.ok_or_else(|| no_story(stories, name))?;

    say!("{}: {}", story.name, story.about);
    let fault = match path {
        Some(path) => {
            say!("One schedule, as it was given.");
            replay(story.body, path).err()
        }
        None => all(story),
    };
    let Some(fault) = fault else {
        say!("No fault.");
        return Ok(ExitCode::SUCCESS);
    };
    show(story, &fault);
    Ok(ExitCode::FAILURE)
}

/// Runs schedules with few preemptions first; if there are too many, also random ones.
fn all(story: &Story) -> Option<Fault> {
    let Explored {
        schedules,
        reach,
        fault,
    } = explore(story.body, MOST);
    let reach = match reach {
        Reach::All => "all there are".to_owned(),
        Reach::Preemptions(most) => format!("all with {}", at_most(most)),
        Reach::SomePreemptions(most) => format!("some of those with {}", at_most(most)),
    };
    say!("Ran {schedules} schedules: {reach}.");
    if fault.is_some() || schedules < MOST {
        return fault;
    }
    say!("And at random: {AT_RANDOM} turn by turn, {AT_RANDOM} by priorities that change.");
    let lots = random(story.body, SEED, AT_RANDOM);
    lots.and_then(|()| pct(story.body, SEED, 3, AT_RANDOM))
        .err()
}

fn at_most(preemptions: usize) -> String {
    let s = if preemptions == 1 { "" } else { "s" };
    format!("at most {preemptions} preemption{s}")
}

fn show(story: &Story, fault: &Fault) {
    say!("Found: {}", fault.what);
    say!("");
    lanes(&fault.steps).iter().for_each(|line| say!("{line}"));
    say!("");
    waits(&fault.steps).iter().for_each(|line| say!("{line}"));
    say!("The same again:");
    say!(
        "  cargo run -p sync -- --explore {} --schedule {}",
        story.name,
        fault.path
    );
}

fn no_story(stories: &[Story], name: &str) -> String {
    let names: Vec<_> = stories.iter().map(|story| story.name).collect();
    format!("there is no '{name}'; there are {}", names.join(", "))
}
