//! Whether the grader judges rightly: every exercise brings right and wrong answers along.

use std::collections::BTreeMap;
use std::fs;
use std::iter;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};
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
    expected: Expected,
}

#[derive(Debug, PartialEq, Eq)]
enum Expected {
    /// This, and of one that is wrong the check that it fails.
    Judged(Verdict, Option<String>),
    /// Of the exercise as a student gets it: to compile, and to be wrong.
    Untouched,
}

/// `verify`.
pub(crate) fn command(course: &Course, how: &Verify) -> Result<bool, Failed> {
    let named = course.distinct(&how.exercises)?;
    let all: Vec<&Assigned> = match named.is_empty() {
        true => course.exercises().collect(),
        false => named,
    };
    let place = Place::boxes(course)?;
    let _only = course.only_grading()?;
    let grading = Grading {
        course,
        seed: 1,
        // Most of the time an answer waits, and its judge with it.
        jobs: 3 * std::thread::available_parallelism().map_or(1, usize::from),
        place: &place,
    };
    together(&grading, &all, if how.is_full { &FULL } else { &ONCE })
}

/// How often each answer is graded, and whether beside two busy neighbours.
type Rounds = [(usize, bool)];
const ONCE: [(usize, bool); 1] = [(1, false)];
const FULL: [(usize, bool); 2] = [(10, false), (10, true)];

/// Grades what comes with these exercises, and prints how that went for each as soon as it is known.
/// While the last answers to one exercise wait, those to the next are graded.
fn together(grading: &Grading<'_>, all: &[&Assigned], rounds: &Rounds) -> Result<bool, Failed> {
    let mut handed = Vec::new();
    let mut known = BTreeMap::new();
    let mut judged = BTreeMap::new();
    let times = rounds.iter().map(|(times, _)| times).sum();
    for assigned in all {
        let its = all_known(grading.course, assigned)?;
        judged.insert(assigned.id(), Judged::none_of(&its, times));
        let files = its.iter().map(|one| (one.file.clone(), vec![*assigned]));
        handed.push(files.collect::<Vec<_>>());
        known.extend(its.into_iter().map(|one| (one.file, one.expected)));
    }
    let judged = Mutex::new(judged);
    let doubtful = |graded: &Graded| !is_as_known(&known[&graded.submission], graded);
    let tell = |_: usize, graded: &Graded| {
        let mut judged = judged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(its) = judged.get_mut(&graded.exercise) {
            its.take(&known[&graded.submission], graded);
            if its.left == 0 {
                // Whether all is right is told by the exit code, too.
                let _shown = print(&its.text(&graded.exercise));
            }
        }
    };
    for &(times, is_busy) in rounds {
        let _beside = is_busy.then(Neighbours::start).transpose()?;
        let handed = handed.iter().flat_map(|its| iter::repeat_n(its, times));
        let handed: Vec<_> = handed.flatten().cloned().collect();
        grading.all(&handed, doubtful, tell)?;
    }
    let judged = judged.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(judged.values().all(|its| its.wrong().next().is_none()))
}

/// How the known answers to an exercise were judged.
struct Judged {
    rounds: usize,
    right_answers: usize,
    wrong_answers: usize,
    /// How many are still to be graded.
    left: usize,
    /// The verdict on the exercise as a student gets it.
    untouched: &'static str,
    wrong: Vec<String>,
    /// Judged otherwise than known, and right when graded again.
    unsteady: Vec<String>,
    slowest: Duration,
}

impl Judged {
    fn none_of(known: &[Known], rounds: usize) -> Self {
        let count = |is_it: fn(&Known) -> bool| known.iter().filter(|one| is_it(one)).count();
        let right_answers = count(|one| one.expected == Expected::Judged(Verdict::Pass, None));
        Self {
            rounds,
            right_answers,
            wrong_answers: count(|one| one.expected != Expected::Untouched) - right_answers,
            left: known.len() * rounds,
            untouched: "",
            wrong: Vec::new(),
            unsteady: Vec::new(),
            slowest: Duration::ZERO,
        }
    }

    /// Takes a result: wrong if it is not as known, unsteady if it was not before, unless it was too
    /// slow only.
    fn take(&mut self, expected: &Expected, graded: &Graded) {
        self.left -= 1;
        self.slowest = self.slowest.max(graded.took);
        if *expected == Expected::Untouched {
            self.untouched = graded.verdict.name();
        }
        if !is_as_known(expected, graded) {
            self.wrong.push(told(graded));
        } else if let Some(before) = graded.before.as_ref().filter(|one| !one.is_uncertain()) {
            self.unsteady.push(told(before));
        }
    }

    /// Of many rounds none may go wrong, not even once.
    fn wrong(&self) -> impl Iterator<Item = &String> {
        let unsteady = self.unsteady.iter().filter(|_| self.rounds > 1);
        self.wrong.iter().chain(unsteady)
    }

    fn text(&self, id: &str) -> String {
        let mut text = format!(
            "{id:32} {} right, {} wrong, untouched: {}; x {}: {} ({:.1} s at most)\n",
            self.right_answers,
            self.wrong_answers,
            self.untouched,
            self.rounds,
            match self.wrong().next() {
                None => "ok",
                Some(_) => "WRONG",
            },
            self.slowest.as_secs_f64(),
        );
        text.extend(self.wrong().map(|line| format!("  {line}\n")));
        let unsteady = self.unsteady.iter().filter(|_| self.rounds == 1);
        text.extend(unsteady.map(|line| format!("  UNSTEADY, right when graded again: {line}\n")));
        text
    }
}

/// Two processes that use all the time that they are given, as long as this value lives.
struct Neighbours([Child; 2]);

impl Neighbours {
    fn start() -> Result<Self, Failed> {
        // They look for their parent now and then: a signal may end it before it ends them.
        let script =
            "while kill -0 $PPID; do i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; done";
        let busy = || Command::new("sh").args(["-c", script]).spawn();
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

fn is_as_known(expected: &Expected, graded: &Graded) -> bool {
    let at = graded.fault().map(|outcome| outcome.name.as_str());
    match expected {
        Expected::Judged(verdict, its) => {
            graded.verdict == *verdict && (its.is_none() || its.as_deref() == at)
        }
        Expected::Untouched => {
            at != Some("compiles")
                && !matches!(graded.verdict, Verdict::Pass | Verdict::GraderError)
        }
    }
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

/// The answers in the exercise's folder, and the exercise untouched. The first line of each answer says
/// how it is to be judged: `// right: WHY`, or `// VERDICT at CHECK: WHY`.
fn all_known(course: &Course, assigned: &Assigned) -> Result<Vec<Known>, Failed> {
    let mut all = vec![Known {
        file: starter(course, assigned)?,
        expected: Expected::Untouched,
    }];
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
            let expected = expected(&text).ok_or_else(|| {
                format!(
                    "{}: its first line does not say how it is judged",
                    file.display()
                )
            })?;
            all.push(Known { file, expected });
        }
    }
    Ok(all)
}

fn expected(text: &str) -> Option<Expected> {
    let line = text.lines().next()?;
    let line = line.trim_start_matches(['/', '#']).trim();
    let (judged, _why) = line.split_once(':')?;
    let (verdict, at) = match judged.split_once(" at ") {
        Some((verdict, at)) => (verdict, Some(at.to_owned())),
        None => (judged, None),
    };
    let verdict = match verdict {
        "right" => Verdict::Pass,
        verdict => Verdict::named(verdict)?,
    };
    Some(Expected::Judged(verdict, at))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// How a right answer is told of that is judged so, in this many rounds, each first `before`.
    fn told_of(times: usize, before: Option<Verdict>, verdict: Verdict) -> String {
        let expected = || Expected::Judged(Verdict::Pass, None);
        let known = Known {
            file: PathBuf::from("answer.rs"),
            expected: expected(),
        };
        let mut judged = Judged::none_of(&[known], times);
        for _ in 0..times {
            let before = before.map(|before| Box::new(Graded::example(before)));
            let graded = Graded::example(verdict);
            judged.take(&expected(), &Graded { before, ..graded });
        }
        assert_eq!(judged.left, 0);
        judged.text("lesson/exercise")
    }

    #[test]
    fn an_answer_that_is_right_when_graded_again_is_unsteady_and_of_many_rounds_wrong() {
        let ok = told_of(1, None, Verdict::Pass);
        assert!(ok.contains(": ok (") && ok.lines().count() == 1, "{ok}");
        let wrong = told_of(1, Some(Verdict::Fail), Verdict::Fail);
        assert!(
            wrong.contains("WRONG") && wrong.contains("judged fail at words"),
            "{wrong}"
        );
        let unsteady = told_of(1, Some(Verdict::Fail), Verdict::Pass);
        assert!(
            unsteady.contains(": ok (") && unsteady.contains("UNSTEADY"),
            "{unsteady}"
        );
        let often = told_of(20, Some(Verdict::Fail), Verdict::Pass);
        assert!(
            often.contains("WRONG") && !often.contains("UNSTEADY"),
            "{often}"
        );
        // Too slow beside others is no verdict.
        let slow = told_of(20, Some(Verdict::Timeout), Verdict::Pass);
        assert!(slow.contains("x 20: ok ("), "{slow}");
    }
}
