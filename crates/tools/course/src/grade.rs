//! Grades submissions: one, or those of a class.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use check::Verdict;
use check::report::Outcome;

use crate::bench::Bench;
use crate::checkout::{Assigned, Course};
use crate::failed::Failed;
use crate::kills::kills;
use crate::kit::Kit;
use crate::outcomes::ENDS;
use crate::ready::Ready;
use crate::rules::not_taken;
use crate::runner::Runner;
use crate::submission::Submission;
use crate::taken::{files, refused, with_again, with_reasons};
use crate::unread::Unread;

/// The result of grading a submission.
#[derive(Debug, Clone)]
pub(crate) struct Graded {
    pub(crate) submission: PathBuf,
    /// `lesson/exercise`; empty if the exercise is unknown.
    pub(crate) exercise: String,
    pub(crate) verdict: Verdict,
    pub(crate) points: u32,
    pub(crate) max_points: u32,
    pub(crate) seed: u64,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) took: Duration,
    /// Whether the kernel has killed processes meanwhile because this machine had no memory left.
    pub(crate) lacked_memory: bool,
    /// The result of grading it beside others, if that result was uncertain.
    pub(crate) before: Option<Box<Graded>>,
}

impl Graded {
    /// Returns how long the last grading took, without one beside others before it.
    pub(crate) fn alone(&self) -> Duration {
        let before = self.before.as_ref();
        self.took - before.map_or(Duration::ZERO, |before| before.took)
    }

    /// Returns whether grading it again, alone, may lead to another verdict. A timeout is never
    /// certain, even if the check was sure of it, nor is another fault if a measured time decided. A deadlock
    /// is certain only if a schedule proves it or none of its waits has a time limit: otherwise some may have
    /// waited only for a while. A crash of the checks themselves may be the work of another process, which has
    /// killed them; and when memory was short, the kernel may have killed a process of any program.
    pub(crate) fn is_uncertain(&self) -> bool {
        let fault = self.fault().and_then(|outcome| outcome.fault.as_ref());
        match self.verdict {
            Verdict::GraderError | Verdict::Timeout => true,
            Verdict::Deadlock if !fault.is_some_and(|fault| fault.is_sure) => true,
            Verdict::Crash if self.fault().is_some_and(|one| one.name == ENDS) => true,
            Verdict::Pass | Verdict::Refused => false,
            _ => self.lacked_memory || fault.is_some_and(|fault| fault.is_by_clock),
        }
    }

    /// The first check that does not hold.
    pub(crate) fn fault(&self) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.fault.is_some())
    }

    /// This result of grading it alone, after an uncertain one.
    fn after(self, before: &Self) -> Self {
        Self {
            took: before.took + self.took,
            before: Some(Box::new(before.clone())),
            ..self
        }
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
            lacked_memory: false,
            before: None,
        }
    }
}

/// The settings of a grading.
#[derive(Clone, Copy)]
pub(crate) struct Grading<'a> {
    pub(crate) course: &'a Course,
    pub(crate) seed: u64,
    /// The number of submissions to grade at the same time.
    pub(crate) jobs: usize,
    /// Whether the run that shows a fault becomes a page.
    pub(crate) is_drawn: bool,
    /// The place in which to build and run them.
    pub(crate) runner: &'a Runner,
}

/// A submission, and its exercises if they were given and need not be read from it.
pub(crate) type Handed<'a> = (PathBuf, Vec<&'a Assigned>);

/// A submission together with one of its exercises. The files of a submission are read again when it is
/// graded, because those of a whole class may be too many for the memory.
struct Task<'a> {
    path: &'a Path,
    is_readable: bool,
    assigned: Option<&'a Assigned>,
    /// The other exercises for which the submission is graded.
    beside: Vec<&'a Assigned>,
}

/// The next piece of work.
enum Work<'a> {
    MakeReady(&'a Ready<'a>),
    Grade(Grade<'a>),
}

/// A task, its index among the results, and what it needs.
#[derive(Clone, Copy)]
struct Grade<'a> {
    index: usize,
    task: &'a Task<'a>,
    ready: Option<&'a Ready<'a>>,
}

/// The stack size of a thread that parses submissions, large because the parser is recursive.
const STACK_BYTES: usize = 256 << 20;

impl Grading<'_> {
    /// Grades all of them, and calls back with the index and the result of each when it is done. The
    /// `doubtful` ones are graded once more when all others are done, one after the other. After a signal,
    /// returns the results until then, without the doubtful ones.
    pub(crate) fn all(
        &self,
        handed: &[Handed<'_>],
        doubtful: impl Fn(&Graded) -> bool + Sync,
        report: impl Fn(usize, &Graded) + Sync,
    ) -> Result<Vec<Graded>, Failed> {
        let begun = handed.iter().take_while(|_| !self.runner.is_interrupted());
        let tasks: Vec<_> = begun.flat_map(|one| self.tasks(one)).collect();
        let ready = Ready::all(tasks.iter().filter_map(Task::built));
        let done: Mutex<BTreeMap<usize, Graded>> = Mutex::default();
        let again: Mutex<Vec<(Grade<'_>, Graded)>> = Mutex::default();
        let keep = |index, graded| {
            let _printed = unless_it_panics(|| report(index, &graded));
            locked(&done).insert(index, graded);
        };
        let todo = todo(&tasks, &ready);
        self.on_benches(self.jobs, &todo, |work, bench| match work {
            Work::MakeReady(ready) => {
                // If this fails, the error is reported for each submission that needs the kit.
                let _kept = ready.kit(self.course);
            }
            Work::Grade(grade) => match self.once(grade, bench) {
                Some(graded) if doubtful(&graded) => locked(&again).push((*grade, graded)),
                Some(graded) => keep(grade.index, graded),
                None => {}
            },
        })?;
        let mut again = again.into_inner().unwrap_or_else(PoisonError::into_inner);
        again.sort_by_key(|(grade, _)| grade.index);
        // There may be room on the disk again.
        ready.iter().for_each(Ready::try_again);
        self.on_benches(1, &again, |(grade, before), bench| {
            if let Some(graded) = self.once(grade, bench) {
                keep(grade.index, graded.after(before));
            }
        })?;
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(done.into_values().collect())
    }

    /// Calls `work` for each of these, on several threads, each with its number. After a signal, begins
    /// with none, and ends the processes that the threads wait for.
    fn on_benches<T: Sync>(
        &self,
        benches: usize,
        all: &[T],
        work: impl Fn(&T, u32) + Sync,
    ) -> Result<(), Failed> {
        let next = AtomicUsize::new(0);
        let works = |bench: u32| {
            while !self.runner.is_interrupted()
                && let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed))
            {
                work(one, bench);
            }
        };
        let (works, is_over) = (&works, AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| self.runner.end_all_at_a_signal(&is_over));
            let started = (0..u32::try_from(benches.max(1)).unwrap_or(1)).map(|bench| {
                let thread = thread::Builder::new().stack_size(STACK_BYTES);
                let worker = thread.spawn_scoped(scope, move || works(bench));
                worker.map_err(|error| Failed::Other(format!("no thread: {error}")))
            });
            // All that have started are joined, even if a later one could not be.
            let workers: Vec<_> = started.collect();
            let joined = workers.into_iter().map(|worker| {
                let panicked = |_| Failed::Other("a thread of the grader has panicked".to_owned());
                worker?.join().map_err(panicked)
            });
            let joined: Vec<_> = joined.collect();
            is_over.store(true, Ordering::Relaxed);
            joined.into_iter().collect()
        })
    }

    /// Grades a task on this bench; `None` if a signal has come, which may have cut this short.
    fn once(&self, Grade { task, ready, .. }: &Grade<'_>, bench: u32) -> Option<Graded> {
        let kit = ready.map(|ready| ready.kit(self.course)).transpose();
        let begun = Instant::now();
        let graded = kit.and_then(|kit| unless_it_panics(|| self.one(task, kit, bench)).flatten());
        let graded = graded.unwrap_or_else(|why| self.failed(task, &why));
        let took = begun.elapsed();
        (!self.runner.is_interrupted()).then_some(Graded { took, ..graded })
    }

    fn tasks<'a>(&'a self, (path, exercises): &'a Handed<'a>) -> Vec<Task<'a>> {
        let read = read(path);
        let own = || match &read {
            Ok(submission) => submission.exercises(self.course),
            Err(_) => Vec::new(),
        };
        let assigned = match exercises.is_empty() {
            true => own(),
            false => exercises.clone(),
        };
        let task = |its: Option<&'a Assigned>| Task {
            path,
            is_readable: read.is_ok(),
            assigned: its,
            beside: assigned
                .iter()
                .filter(|other| Some(other.id()) != its.map(Assigned::id))
                .copied()
                .collect(),
        };
        match assigned.is_empty() {
            true => vec![task(None)],
            false => assigned.iter().copied().map(Some).map(task).collect(),
        }
    }

    /// The result of a submission on which this machine or the course has failed. The others are
    /// graded all the same.
    fn failed(&self, task: &Task<'_>, why: &Failed) -> Graded {
        let outcome = refused(Verdict::GraderError, &why.to_string());
        Graded::new(task.path, task.assigned, vec![*outcome], self.seed)
    }

    fn one(&self, task: &Task<'_>, kit: Option<&Kit>, bench: u32) -> Result<Graded, Failed> {
        let taken = match (read(task.path), task.assigned, kit) {
            (Err(why), ..) => Err(refused(why.verdict(), why.why())),
            (Ok(submission), Some(assigned), Some(kit)) => {
                files(assigned, &task.beside, &submission).map(|files| (kit, files))
            }
            (Ok(_), None, _) => Err(refused(
                Verdict::Refused,
                "it does not say which exercise it is of; --exercise does",
            )),
            // It is being copied, or a network has come back.
            (Ok(_), Some(_), None) => {
                let why =
                    "it could not be read when the grading began, and can be now: grade it again";
                return Err(Failed::Other(why.to_owned()));
            }
        };
        let killed = kills();
        let outcomes = match taken {
            Err(outcome) => vec![*outcome],
            Ok((kit, files)) => {
                let outcomes = Bench::new(self.runner, kit, bench)?.judge(
                    kit,
                    &files,
                    self.seed,
                    self.is_drawn,
                )?;
                let outcomes = with_again(&kit.assigned, self.seed, outcomes);
                // An answer that needs an ignored part works where its author has tried it.
                with_reasons(outcomes, not_taken(&kit.assigned.exercise, &files))
            }
        };
        let graded = Graded::new(task.path, task.assigned, outcomes, self.seed);
        Ok(Graded {
            lacked_memory: kills() != killed,
            ..graded
        })
    }
}

impl<'a> Task<'a> {
    /// The exercise, if a grading has to build something for it.
    fn built(&self) -> Option<&'a Assigned> {
        self.assigned.filter(|_| self.is_readable)
    }
}

/// Orders the work. An exercise is prepared while the submissions of the one before it are graded,
/// because these wait most of the time.
fn todo<'a>(tasks: &'a [Task<'a>], ready: &'a [Ready<'a>]) -> Vec<Work<'a>> {
    let mut todo = Vec::new();
    let mut ahead = ready.iter();
    todo.extend(ahead.next().map(Work::MakeReady));
    let mut seen = BTreeSet::new();
    for (index, task) in tasks.iter().enumerate() {
        let id = task.built().map(Assigned::id);
        let its = ready.iter().find(|ready| Some(ready.assigned.id()) == id);
        if its.is_some() && seen.insert(id) {
            todo.extend(ahead.next().map(Work::MakeReady));
        }
        todo.push(Work::Grade(Grade {
            index,
            task,
            ready: its,
        }));
    }
    todo
}

/// Reads a submission. A parser that panics on one must not end the grading of the others.
fn read(path: &Path) -> Result<Submission, Unread> {
    let panicked = |_| Unread::Content("it cannot be read: the archive is damaged".to_owned());
    unless_it_panics(|| Submission::read(path)).map_err(panicked)?
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls `work`, which keeps nothing half-changed that is used afterwards. A panic, which is printed, is
/// an error.
fn unless_it_panics<T>(work: impl FnOnce() -> T) -> Result<T, Failed> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| Failed::Other("the grader has panicked on it".to_owned()))
}

#[cfg(test)]
impl Graded {
    /// A result whose only check ended with this verdict.
    pub(crate) fn example(verdict: Verdict) -> Self {
        let fault = (verdict != Verdict::Pass).then(|| check::Fault::of(verdict, "why"));
        let (name, holds) = ("words".to_owned(), "they come in order".to_owned());
        let outcome = Outcome { name, holds, fault };
        Self::new(Path::new("answer.rs"), None, vec![outcome], 1)
    }
}

#[cfg(test)]
mod tests;
