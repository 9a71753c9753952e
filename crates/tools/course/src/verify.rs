//! Whether the grader judges rightly: every exercise brings right and wrong answers along.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

use check::Verdict;

use crate::boxes::Place;
use crate::failed::Failed;
use crate::failed::print;
use crate::grade::{Graded, Grading};
use crate::options::Verify;
use crate::place::{Assigned, Course};

/// An answer that comes with an exercise, and how it has to be judged.
#[derive(Debug)]
struct Known {
    file: PathBuf,
    verdict: Verdict,
    /// The check that it fails, of one that is wrong.
    at: Option<String>,
}

/// `verify`.
pub(crate) fn command(course: &Course, how: &Verify) -> Result<bool, Failed> {
    let named: Vec<&Assigned> = how
        .exercises
        .iter()
        .map(|word| course.exercise(word))
        .collect::<Result<_, _>>()?;
    let all: Vec<&Assigned> = match named.is_empty() {
        true => course.exercises().collect(),
        false => named,
    };
    let place = Place::boxes(course)?;
    let mut is_right = true;
    for assigned in all {
        is_right &= one(course, assigned, &place, how.is_full)?;
    }
    Ok(is_right)
}

/// How often `--full` grades each answer; the second half beside two busy neighbours.
const ROUNDS: usize = 20;

/// Grades what comes with an exercise, and prints how that went.
fn one(course: &Course, assigned: &Assigned, place: &Place, is_full: bool) -> Result<bool, Failed> {
    let known = known(assigned)?;
    let grading = Grading {
        course,
        exercise: Some(assigned),
        seed: 1,
        // Most of the time an answer waits, and its judge with it.
        jobs: 3 * std::thread::available_parallelism().map_or(1, usize::from),
        place,
        is_twice_if_slow: true,
    };
    let rounds = if is_full { ROUNDS } else { 1 };
    let Judged {
        mut wrong,
        unsteady,
        slowest,
    } = in_rounds(&grading, &known, rounds)?;
    let untouched = grading.all(&[starter(course, assigned)?], |_| ())?;
    wrong.extend(
        untouched
            .iter()
            .filter(|graded| !is_starter(graded))
            .map(told),
    );
    let rights = known
        .iter()
        .filter(|one| one.verdict == Verdict::Pass)
        .count();
    let mut text = format!(
        "{:32} {rights} right, {} wrong, untouched: {}; x {rounds}: {} ({:.1} s at most)\n",
        assigned.id(),
        known.len() - rights,
        untouched.first().map_or("", |graded| graded.verdict.name()),
        if wrong.is_empty() { "ok" } else { "WRONG" },
        slowest.as_secs_f64(),
    );
    text.extend(wrong.iter().map(|line| format!("  {line}\n")));
    let unsteady = unsteady.iter();
    text.extend(unsteady.map(|line| format!("  UNSTEADY, right when graded again: {line}\n")));
    print(&text)?;
    Ok(wrong.is_empty())
}

/// How the known answers were judged: which otherwise than known, and how long the slowest took.
#[derive(Default)]
struct Judged {
    wrong: Vec<String>,
    /// Judged otherwise, and right when graded again.
    unsteady: Vec<String>,
    slowest: Duration,
}

fn in_rounds(grading: &Grading<'_>, known: &[Known], rounds: usize) -> Result<Judged, Failed> {
    let mut judged = Judged::default();
    for round in 0..rounds {
        let _beside = (round >= ROUNDS / 2).then(Neighbours::start).transpose()?;
        judge(grading, known, &mut judged)?;
    }
    if rounds > 1 {
        // Of many rounds none may go wrong.
        judged.wrong.append(&mut judged.unsteady);
    }
    Ok(judged)
}

/// Grades the known answers once, and once more what is judged otherwise. It is wrong if it is judged
/// otherwise again, and else unsteady, unless it was too slow only.
fn judge(grading: &Grading<'_>, known: &[Known], judged: &mut Judged) -> Result<(), Failed> {
    let files: Vec<PathBuf> = known.iter().map(|one| one.file.clone()).collect();
    // For a second run alone all others would have to wait. Who is to be slow need not have one.
    let once = Grading {
        is_twice_if_slow: false,
        ..*grading
    };
    let mut graded = once.all(&files, |_| ())?;
    for (known, graded) in known.iter().zip(&mut graded) {
        if is_as_known(known, graded) {
            continue;
        }
        let again = grading.all(std::slice::from_ref(&known.file), |_| ())?;
        let again = again.into_iter().next().unwrap_or_else(|| graded.clone());
        if !is_as_known(known, &again) {
            judged.wrong.push(told(&again));
        } else if !graded.is_uncertain() {
            judged.unsteady.push(told(graded));
        }
        graded.took += again.took;
    }
    let slowest = graded.iter().map(|graded| graded.took).max();
    judged.slowest = judged.slowest.max(slowest.unwrap_or_default());
    Ok(())
}

/// Two processes that use all the time that they are given, as long as this value lives.
struct Neighbours([Child; 2]);

impl Neighbours {
    fn start() -> Result<Self, Failed> {
        let busy = || {
            Command::new("sh")
                .args(["-c", "while :; do :; done"])
                .spawn()
        };
        let failed = |error| format!("cannot run sh: {error}");
        let one = busy().map_err(failed)?;
        Ok(Self([one, busy().map_err(failed)?]))
    }
}

impl Drop for Neighbours {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // They end by nothing else, and are ours.
            let _killed = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// It has to compile, and to be wrong.
fn is_starter(graded: &Graded) -> bool {
    let is_built = graded.fault().is_none_or(|fault| fault.name != "compiles");
    is_built && !matches!(graded.verdict, Verdict::Pass | Verdict::GraderError)
}

fn is_as_known(known: &Known, graded: &Graded) -> bool {
    let at = graded.fault().map(|outcome| outcome.name.as_str());
    graded.verdict == known.verdict && (known.at.is_none() || known.at.as_deref() == at)
}

fn told(graded: &Graded) -> String {
    let (file, verdict) = (graded.submission.display(), graded.verdict);
    let mut told = format!("{file}: judged {verdict}");
    if let Some(outcome) = graded.fault() {
        let said = outcome.fault.iter().flat_map(|fault| &fault.said);
        told += &format!(" at {}", outcome.name);
        told.extend(said.map(|line| format!("\n    {line}")));
    }
    told
}

/// The answers in the exercise's folder. The first line of each says how it is to be judged:
/// `// right: WHY`, or `// VERDICT at CHECK: WHY`.
fn known(assigned: &Assigned) -> Result<Vec<Known>, Failed> {
    let mut all = Vec::new();
    for folder in ["right", "wrong"] {
        let folder = assigned.own_folder().join(folder);
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            files.push(entry.map_err(failed)?.path());
        }
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).map_err(failed)?;
            let known = expected(&text).ok_or_else(|| {
                format!(
                    "{}: its first line does not say how it is judged",
                    file.display()
                )
            })?;
            all.push(Known { file, ..known });
        }
    }
    Ok(all)
}

fn expected(text: &str) -> Option<Known> {
    let line = text.lines().next()?;
    let line = line.trim_start_matches(['/', '#']).trim();
    let (judged, _why) = line.split_once(':')?;
    let (verdict, at) = match judged.split_once(" at ") {
        Some((verdict, at)) => (verdict, Some(at.to_owned())),
        None => (judged, None),
    };
    Some(Known {
        file: PathBuf::new(),
        verdict: if verdict == "right" {
            Verdict::Pass
        } else {
            Verdict::named(verdict)?
        },
        at,
    })
}

/// The exercise as a student gets it, as a submission.
fn starter(course: &Course, assigned: &Assigned) -> Result<PathBuf, Failed> {
    let folder = course.target(false).join("starters").join(assigned.id());
    for file in assigned.exercise.files() {
        let to = folder.join(file);
        let failed = |error: std::io::Error| format!("{}: {error}", to.display());
        let parent = to.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(failed)?;
        let from = assigned.folder.join(file);
        let source = fs::read_to_string(&from).map_err(failed)?;
        fs::write(&to, assigned.handed_out(file, source)?).map_err(failed)?;
    }
    Ok(folder)
}
