//! Grades submissions: one, or a class.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use check::report::Outcome;
use check::{Fault, Verdict};
use exercise::{GraftError, explorable, graft};

use crate::bench::{Bench, Taken};
use crate::boxes::Place;
use crate::failed::Failed;
use crate::kit::Kit;
use crate::place::{Assigned, Course};
use crate::ready::Ready;
use crate::rules::not_taken;
use crate::submission::Submission;

/// The result of grading a submission.
#[derive(Debug, Clone)]
pub(crate) struct Graded {
    pub(crate) submission: PathBuf,
    /// `lesson/exercise`, or nothing when that could not be told.
    pub(crate) exercise: String,
    pub(crate) verdict: Verdict,
    pub(crate) points: u32,
    pub(crate) max_points: u32,
    pub(crate) seed: u64,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) took: Duration,
    /// The result beside others, if there was doubt about that.
    pub(crate) before: Option<Box<Graded>>,
}

impl Graded {
    /// Whether grading it again, with nothing else to do, may come to another verdict.
    pub(crate) fn is_uncertain(&self) -> bool {
        match self.verdict {
            Verdict::GraderError => true,
            Verdict::Timeout => {
                let mut faults = self.outcomes.iter().flat_map(|outcome| &outcome.fault);
                !faults.any(|fault| fault.is_sure)
            }
            _ => false,
        }
    }

    /// The first check that does not hold.
    pub(crate) fn fault(&self) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.fault.is_some())
    }

    fn new(submission: &Path, of: Option<&Assigned>, outcomes: Vec<Outcome>, seed: u64) -> Self {
        let faults = outcomes.iter().map(Outcome::verdict);
        let verdict = faults.into_iter().find(|verdict| *verdict != Verdict::Pass);
        let verdict = verdict.unwrap_or(Verdict::Pass);
        let max_points = of.map_or(0, |of| of.exercise.points());
        Self {
            submission: submission.to_owned(),
            exercise: of.map(Assigned::id).unwrap_or_default(),
            points: if verdict == Verdict::Pass {
                max_points
            } else {
                0
            },
            verdict,
            max_points,
            seed,
            outcomes,
            took: Duration::ZERO,
            before: None,
        }
    }
}

/// How to grade.
#[derive(Clone, Copy)]
pub(crate) struct Grading<'a> {
    pub(crate) course: &'a Course,
    pub(crate) seed: u64,
    /// How many submissions at the same time.
    pub(crate) jobs: usize,
    /// Where to build and run them.
    pub(crate) place: &'a Place,
}

/// A submission, and the exercise that it is of, if it need not say it.
pub(crate) type Handed<'a> = (PathBuf, Option<&'a Assigned>);

/// A submission, for one of the exercises that it is of.
struct Task<'a> {
    path: &'a Path,
    read: &'a Result<Submission, String>,
    assigned: Option<&'a Assigned>,
}

/// What there is to do next.
enum Work<'a> {
    MakeReady(&'a Ready<'a>),
    /// The place of this one among the results, itself, and what it needs.
    Grade(usize, &'a Task<'a>, Option<&'a Ready<'a>>),
}

/// The stack of a thread that parses submissions: the parser recurs.
const STACK_BYTES: usize = 256 << 20;

impl Grading<'_> {
    /// Grades all of them, and tells each when it is done. One that is `doubtful` is graded once more,
    /// while nothing else is done.
    pub(crate) fn all(
        &self,
        handed: &[Handed<'_>],
        doubtful: impl Fn(&Graded) -> bool + Sync,
        tell: impl Fn(&Graded) + Sync,
    ) -> Result<Vec<Graded>, Failed> {
        let read: Vec<_> = handed
            .iter()
            .map(|(path, exercise)| (path.as_path(), *exercise, Submission::read(path)))
            .collect();
        let tasks = self.tasks(&read);
        let ready = Ready::all(tasks.iter().filter_map(Task::built));
        let todo = todo(&tasks, &ready);
        let next = AtomicUsize::new(0);
        let done: Mutex<BTreeMap<usize, Graded>> = Mutex::default();
        let alone = RwLock::new(());
        let work = |bench: u32| -> Result<(), Failed> {
            while let Some(work) = todo.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Some((place, graded)) = self.worked(work, bench, &alone, &doubtful)? {
                    tell(&graded);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.insert(place, graded);
                }
            }
            Ok(())
        };
        let work = &work;
        thread::scope(|scope| {
            let mut workers = Vec::new();
            for bench in 0..u32::try_from(self.jobs.max(1)).unwrap_or(1) {
                let thread = thread::Builder::new().stack_size(STACK_BYTES);
                let worker = thread.spawn_scoped(scope, move || work(bench));
                workers.push(worker.map_err(|error| format!("no thread: {error}"))?);
            }
            workers.into_iter().try_for_each(|worker| {
                let panicked = |_| Failed::Other("a thread of the grader has panicked".to_owned());
                worker.join().map_err(panicked)?
            })
        })?;
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(done.into_values().collect())
    }

    /// Does a piece of the work, on this bench; a submission that was graded has a place.
    fn worked(
        &self,
        work: &Work<'_>,
        bench: u32,
        alone: &RwLock<()>,
        doubtful: impl Fn(&Graded) -> bool,
    ) -> Result<Option<(usize, Graded)>, Failed> {
        match work {
            Work::MakeReady(ready) => {
                ready.kit(self.course, alone)?;
                Ok(None)
            }
            Work::Grade(place, task, ready) => {
                let kit = ready.map(|ready| ready.kit(self.course, alone));
                let kit = kit.transpose()?;
                let once = || timed(|| self.one(task, kit, bench));
                Ok(Some((*place, twice_if(doubtful, alone, once)?)))
            }
        }
    }

    fn tasks<'a>(
        &'a self,
        read: &'a [(&Path, Option<&'a Assigned>, Result<Submission, String>)],
    ) -> Vec<Task<'a>> {
        let mut tasks = Vec::new();
        for (path, exercise, read) in read {
            let own = || match read {
                Ok(submission) => submission.exercises(self.course),
                Err(_) => Vec::new(),
            };
            let assigned = exercise.map_or_else(own, |one| vec![one]);
            let task = |assigned| Task {
                path,
                read,
                assigned,
            };
            match assigned.is_empty() {
                true => tasks.push(task(None)),
                false => tasks.extend(assigned.into_iter().map(Some).map(task)),
            }
        }
        tasks
    }

    fn one(&self, task: &Task<'_>, kit: Option<&Kit>, bench: u32) -> Result<Graded, Failed> {
        let taken = match (task.read, task.assigned, kit) {
            (Err(why), ..) => Err(refused(Verdict::Refused, why)),
            (Ok(submission), Some(assigned), Some(kit)) => {
                files(assigned, submission).map(|files| (kit, files))
            }
            _ => Err(refused(
                Verdict::Refused,
                "it does not say which exercise it is of; --exercise does",
            )),
        };
        let outcomes = match taken {
            Err(outcome) => vec![*outcome],
            Ok((kit, files)) => {
                let outcomes = Bench::new(self.place, kit, bench)?.judge(kit, &files, self.seed)?;
                with_what_was_lost(outcomes, not_taken(&kit.assigned.exercise, &files))
            }
        };
        Ok(Graded::new(task.path, task.assigned, outcomes, self.seed))
    }
}

impl<'a> Task<'a> {
    /// The exercise, if there is something to be built for it.
    fn built(&self) -> Option<&'a Assigned> {
        self.assigned.filter(|_| self.read.is_ok())
    }
}

/// An exercise is made ready while the submissions of the one before it are graded: most of the time
/// these wait.
fn todo<'a>(tasks: &'a [Task<'a>], ready: &'a [Ready<'a>]) -> Vec<Work<'a>> {
    let mut todo = Vec::new();
    let mut ahead = ready.iter();
    todo.extend(ahead.next().map(Work::MakeReady));
    let mut seen = BTreeSet::new();
    for (place, task) in tasks.iter().enumerate() {
        let id = task.built().map(Assigned::id);
        let its = ready.iter().find(|ready| Some(ready.assigned.id()) == id);
        if its.is_some() && seen.insert(id) {
            todo.extend(ahead.next().map(Work::MakeReady));
        }
        todo.push(Work::Grade(place, task, its));
    }
    todo
}

/// Grades beside others; and once more while nothing else is done, if the result is doubtful.
fn twice_if(
    doubtful: impl Fn(&Graded) -> bool,
    alone: &RwLock<()>,
    once: impl Fn() -> Result<Graded, Failed>,
) -> Result<Graded, Failed> {
    let before = {
        let _beside_others = alone.read().unwrap_or_else(PoisonError::into_inner);
        once()?
    };
    if !doubtful(&before) {
        return Ok(before);
    }
    let _alone = alone.write().unwrap_or_else(PoisonError::into_inner);
    let graded = once()?;
    Ok(Graded {
        took: before.took + graded.took,
        before: Some(Box::new(before)),
        ..graded
    })
}

fn timed(grade: impl FnOnce() -> Result<Graded, Failed>) -> Result<Graded, Failed> {
    let begun = Instant::now();
    let graded = grade()?;
    let took = begun.elapsed();
    Ok(Graded { took, ..graded })
}

/// The outcomes, and with the fault the parts of the submission that were not taken: an answer that needs
/// one of them is right where its author has tried it.
fn with_what_was_lost(mut outcomes: Vec<Outcome>, lost: Option<String>) -> Vec<Outcome> {
    let fault = outcomes
        .iter_mut()
        .find_map(|outcome| outcome.fault.as_mut());
    if let (Some(fault), Some(lost)) = (fault, lost) {
        fault.said.push(lost);
    }
    outcomes
}

fn refused(verdict: Verdict, why: &str) -> Box<Outcome> {
    Box::new(Outcome {
        name: "taken".to_owned(),
        holds: "it can be taken".to_owned(),
        fault: Some(Fault::of(verdict, why)),
    })
}

/// The student's files, each put into the reference.
pub(crate) fn files(
    assigned: &Assigned,
    submission: &Submission,
) -> Result<BTreeMap<PathBuf, Taken>, Box<Outcome>> {
    let mut files = BTreeMap::new();
    for path in assigned.exercise.files() {
        let theirs = submission
            .file(assigned, path)
            .map_err(|why| refused(Verdict::Refused, &why))?;
        let functions: Vec<&str> = assigned.exercise.functions_in(path).collect();
        let text = match functions.is_empty() {
            // An answer in words.
            true => theirs.clone(),
            false => {
                let reference = std::fs::read_to_string(assigned.folder.join(path));
                let reference = reference.map_err(|error| {
                    refused(
                        Verdict::GraderError,
                        &format!("{}: {error}", path.display()),
                    )
                })?;
                let taken = graft(&reference, &theirs, &functions).and_then(|text| {
                    if assigned.exercise.explores {
                        explorable(&text, &theirs)?;
                    }
                    Ok(text)
                });
                taken.map_err(|error| refused_as(path, &error))?
            }
        };
        files.insert(path.to_owned(), Taken { theirs, text });
    }
    Ok(files)
}

fn refused_as(path: &Path, error: &GraftError) -> Box<Outcome> {
    let verdict = match error {
        GraftError::Reference(_) => Verdict::GraderError,
        // It is no Rust: that is what the compiler would say.
        GraftError::NoSource(_) => Verdict::Fail,
        _ => Verdict::Refused,
    };
    refused(verdict, &format!("{}: {error}", path.display()))
}

#[cfg(test)]
impl Graded {
    /// Of a submission whose one check ended so.
    pub(crate) fn example(verdict: Verdict) -> Self {
        let fault = (verdict != Verdict::Pass).then(|| Fault::of(verdict, "why"));
        let (name, holds) = ("words".to_owned(), "they come in order".to_owned());
        let outcome = Outcome { name, holds, fault };
        Self::new(Path::new("answer.rs"), None, vec![outcome], 1)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_doubtful_submission_is_graded_once_more_while_no_other_is() {
        let alone = RwLock::new(());
        let is_doubtful = |graded: &Graded| graded.verdict == Verdict::Crash;
        let graded = |verdicts: &[Verdict]| {
            // With whether another one could be graded at that time.
            let (mut verdicts, runs) = (verdicts.iter(), RefCell::new(Vec::new()));
            let verdicts = RefCell::new(&mut verdicts);
            let once = || {
                runs.borrow_mut().push(alone.try_read().is_ok());
                Ok(Graded::example(*verdicts.borrow_mut().next().unwrap()))
            };
            let graded = twice_if(is_doubtful, &alone, once).unwrap();
            let before = graded.before.map(|before| before.verdict);
            (graded.verdict, before, runs.into_inner())
        };
        let fails = graded(&[Verdict::Fail]);
        assert_eq!(fails, (Verdict::Fail, None, vec![true]));
        let crash = Some(Verdict::Crash);
        let passes_alone = graded(&[Verdict::Crash, Verdict::Pass]);
        assert_eq!(passes_alone, (Verdict::Pass, crash, vec![true, false]));
        let crashes = graded(&[Verdict::Crash, Verdict::Crash]);
        assert_eq!(crashes, (Verdict::Crash, crash, vec![true, false]));
    }
}
