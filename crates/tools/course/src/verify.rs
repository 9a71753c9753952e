//! Checks that the grader judges correctly: every exercise comes with right and wrong answers.

use std::collections::BTreeMap;
use std::iter;
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use check::Verdict;

use crate::checkout::{Assigned, Course};
use crate::failed::Failed;
use crate::failed::print;
use crate::grade::{Graded, Grading};
use crate::known::{Expected, Known, all_known, is_as_known, too_slow};
use crate::mutants;
use crate::options::Verify;
use crate::runner::Runner;

/// Runs `verify`.
pub(crate) fn command(course: &Course, how: &Verify) -> Result<bool, Failed> {
    let named = course.distinct(&how.exercises)?;
    let all: Vec<&Assigned> = match named.is_empty() {
        true => course.exercises().collect(),
        false => named,
    };
    let runner = Runner::boxes(course)?;
    let _only = course.only_grading(|| runner.is_interrupted())?;
    let grading = Grading {
        course,
        seed: 1,
        // Most of the time an answer waits, and its judge waits for it.
        jobs: 4 * std::thread::available_parallelism().map_or(1, usize::from),
        is_drawn: false,
        runner: &runner,
    };
    let is_right = match (how.is_of_mutants, how.is_full) {
        (true, _) => mutants::rejected(&grading, &all)?,
        (false, true) => together(&grading, &all, &FULL)?,
        (false, false) => together(&grading, &all, &ONCE)?,
    };
    runner.uninterrupted()?;
    Ok(is_right)
}

/// The rounds of grading: how many, and whether two other processes are busy meanwhile.
type Rounds = [(usize, bool)];
const ONCE: [(usize, bool); 1] = [(1, false)];
const FULL: [(usize, bool); 2] = [(10, false), (10, true)];

/// Grades the answers of these exercises, and prints the result for each exercise as soon as it is
/// known. While the last answers to one exercise wait, those to the next are graded.
fn together(grading: &Grading<'_>, all: &[&Assigned], rounds: &Rounds) -> Result<bool, Failed> {
    let mut handed = Vec::new();
    let mut known = BTreeMap::new();
    let mut judged = BTreeMap::new();
    let times = rounds.iter().map(|(times, _)| times).sum();
    for assigned in all {
        let its = all_known(grading.course, assigned)?;
        let mut none = Judged::none_of(&its, times, assigned.exercise.seconds);
        none.demand_answers();
        judged.insert(assigned.id(), none);
        let files = its.iter().map(|one| (one.file.clone(), vec![*assigned]));
        handed.push(files.collect::<Vec<_>>());
        known.extend(its.into_iter().map(|one| (one.file, one.expected)));
    }
    let seconds: BTreeMap<String, u32> = all
        .iter()
        .map(|one| (one.id(), one.exercise.seconds))
        .collect();
    let judged = Mutex::new(judged);
    let doubtful = |graded: &Graded| {
        let expected = &known[&graded.submission];
        let seconds = seconds.get(&graded.exercise).copied().unwrap_or_default();
        !is_as_known(expected, graded) || too_slow(expected, graded, seconds).is_some()
    };
    let report = |_: usize, graded: &Graded| {
        let mut judged = judged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(its) = judged.get_mut(&graded.exercise) {
            its.take(&known[&graded.submission], graded);
            if its.left == 0 {
                // The exit code also reports whether everything is correct.
                let _shown = print(&its.text(&graded.exercise));
            }
        }
    };
    for &(times, is_busy) in rounds {
        let _beside = is_busy.then(Neighbours::start).transpose()?;
        let handed = handed.iter().flat_map(|its| iter::repeat_n(its, times));
        let handed = mixed(handed.flatten().cloned().collect());
        grading.all(&handed, doubtful, report)?;
    }
    let judged = judged.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(judged.values().all(|its| its.wrong().next().is_none()))
}

/// Puts the two halves of the answers together, one of each in turn. In the first half are the lessons on
/// processes, whose answers mostly wait; in the second, those whose answers compute, in many schedules.
fn mixed<T>(mut first: Vec<T>) -> Vec<T> {
    let mut second = first.split_off(first.len().div_ceil(2)).into_iter();
    let both = |one| iter::once(one).chain(second.next());
    first.into_iter().flat_map(both).collect()
}

/// The verdicts on the known answers to an exercise.
struct Judged {
    rounds: usize,
    right_answers: usize,
    wrong_answers: usize,
    /// The number of gradings that are left.
    left: usize,
    /// The verdict on the exercise as a student gets it, and how long that took.
    untouched: String,
    wrong: Vec<String>,
    /// The answers that first got a wrong verdict and were right when graded again.
    unsteady: Vec<String>,
    slowest: Duration,
    /// The time limit for a right answer, in seconds.
    seconds: u32,
}

/// The least number of right and of wrong answers for an exercise.
const RIGHT: usize = 2;
const WRONG: usize = 3;

impl Judged {
    fn none_of(known: &[Known], rounds: usize, seconds: u32) -> Self {
        let count = |is_it: fn(&Expected) -> bool| {
            let expected = known.iter().map(|one| &one.expected);
            expected.filter(|one| is_it(one)).count()
        };
        let right_answers = count(|one| *one == Expected::Judged(Verdict::Pass, None));
        Self {
            rounds,
            right_answers,
            wrong_answers: count(|one| matches!(one, Expected::Judged(..))) - right_answers,
            left: known.len() * rounds,
            untouched: String::new(),
            wrong: Vec::new(),
            unsteady: Vec::new(),
            slowest: Duration::ZERO,
            seconds,
        }
    }

    /// Records an error if there are too few answers to test the grader.
    fn demand_answers(&mut self) {
        for (count, least, what) in [
            (self.right_answers, RIGHT, "right"),
            (self.wrong_answers, WRONG, "wrong"),
        ] {
            if count < least {
                let wrong = format!("{count} {what} answers; at least {least} are needed");
                self.wrong.push(wrong);
            }
        }
    }

    /// Records a result. It is wrong if the verdict is not the expected one, or if it is too late even
    /// alone. It is unsteady if only the verdict beside others was wrong, unless that was only too late.
    fn take(&mut self, expected: &Expected, graded: &Graded) {
        self.left -= 1;
        self.slowest = self.slowest.max(graded.took);
        if *expected == Expected::Untouched {
            let took = graded.alone().as_secs_f64();
            self.untouched = format!("{} in {took:.1} s", graded.verdict.name());
        }
        if !is_as_known(expected, graded) {
            self.wrong.push(describe(graded));
            return;
        }
        if let Some(took) = too_slow(expected, graded, self.seconds) {
            let (file, took) = (graded.submission.display(), took.as_secs_f64());
            let wrong = format!("{file}: it took {took:.1} s, which is too long");
            self.wrong.push(wrong);
        }
        let before = graded.before.as_ref().filter(|one| !one.is_uncertain());
        if let Some(before) = before.filter(|before| !is_as_known(expected, before)) {
            self.unsteady.push(describe(before));
        }
    }

    /// The wrong results. With several rounds, a single unsteady one counts as wrong.
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

/// Two processes that use all the processor time they get, as long as this value lives.
struct Neighbours([Child; 2]);

impl Neighbours {
    fn start() -> Result<Self, Failed> {
        // They check now and then that their parent lives: a signal may end it before it ends them.
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
            // They are our own children, and do not end by themselves while this process lives.
            let _killed = child.kill();
            let _reaped = child.wait();
        }
    }
}

fn describe(graded: &Graded) -> String {
    let (file, verdict) = (graded.submission.display(), graded.verdict);
    let mut text = format!("{file}: judged {verdict}");
    if let Some(outcome) = graded.fault() {
        let lines = outcome.fault.iter().flat_map(|fault| &fault.said);
        text += &format!(" at {}", outcome.name);
        text.extend(lines.map(|line| format!("\n    {line}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn all_answers_are_graded_in_the_mixed_order() {
        assert_eq!(mixed(vec![1, 2, 3, 4, 5]), [1, 4, 2, 5, 3]);
        assert_eq!(mixed(vec![1, 2]), [1, 2]);
        assert!(mixed(Vec::<u8>::new()).is_empty());
    }

    #[test]
    fn too_few_answers_are_wrong_and_so_is_a_right_one_that_takes_too_long() {
        let of = |count: usize, expected: fn() -> Expected| {
            let known = move |_| Known {
                file: PathBuf::from("answer.rs"),
                expected: expected(),
            };
            (0..count).map(known)
        };
        let right = || Expected::Judged(Verdict::Pass, None);
        let wrong = || Expected::Judged(Verdict::Fail, None);
        for (rights, wrongs, faults) in [(2, 3, 0), (1, 3, 1), (1, 0, 2)] {
            let known: Vec<Known> = of(rights, right).chain(of(wrongs, wrong)).collect();
            let mut judged = Judged::none_of(&known, 1, 60);
            judged.demand_answers();
            assert_eq!(judged.wrong().count(), faults);
        }
        let took = |seconds| Graded {
            took: Duration::from_secs(seconds),
            ..Graded::example(Verdict::Pass)
        };
        // The times beside others and then alone.
        for (before, alone, faults) in [(None, 59, 0), (Some(70), 59, 0), (Some(70), 61, 1)] {
            let mut judged = Judged::none_of(&of(1, right).collect::<Vec<_>>(), 1, 60);
            let before = before.map(|seconds| Box::new(took(seconds)));
            let both = before.as_ref().map_or(Duration::ZERO, |before| before.took);
            let graded = Graded {
                took: both + Duration::from_secs(alone),
                before,
                ..Graded::example(Verdict::Pass)
            };
            judged.take(&right(), &graded);
            assert_eq!(judged.wrong().count(), faults, "{alone}");
            assert!(judged.unsteady.is_empty());
        }
        let untouched = took(11);
        assert!(too_slow(&Expected::Untouched, &untouched, 60).is_some());
        assert!(too_slow(&wrong(), &took(100), 60).is_none());
    }

    /// The text on a right answer that got this verdict in `times` rounds, each first with `before`.
    fn text_of(times: usize, before: Option<Verdict>, verdict: Verdict) -> String {
        let expected = || Expected::Judged(Verdict::Pass, None);
        let known = Known {
            file: PathBuf::from("answer.rs"),
            expected: expected(),
        };
        let mut judged = Judged::none_of(&[known], times, 60);
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
        let ok = text_of(1, None, Verdict::Pass);
        assert!(ok.contains(": ok (") && ok.lines().count() == 1, "{ok}");
        let wrong = text_of(1, Some(Verdict::Fail), Verdict::Fail);
        assert!(
            wrong.contains("WRONG") && wrong.contains("judged fail at words"),
            "{wrong}"
        );
        let unsteady = text_of(1, Some(Verdict::Fail), Verdict::Pass);
        assert!(
            unsteady.contains(": ok (") && unsteady.contains("UNSTEADY"),
            "{unsteady}"
        );
        let often = text_of(20, Some(Verdict::Fail), Verdict::Pass);
        assert!(
            often.contains("WRONG") && !often.contains("UNSTEADY"),
            "{often}"
        );
        // Being late beside others is not a verdict.
        let slow = text_of(20, Some(Verdict::Timeout), Verdict::Pass);
        assert!(slow.contains("x 20: ok ("), "{slow}");
    }
}
