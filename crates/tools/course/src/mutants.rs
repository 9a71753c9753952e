//! Grades mutants of a right answer: each has one small mistake, and most have to be rejected.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use check::Verdict;
use exercise::{Kind, mutants};

use crate::checkout::Assigned;
use crate::failed::{Failed, print};
use crate::grade::{Graded, Grading};

/// The file in an exercise's folder that names the mutants that may pass, because they do what the answer
/// does or differ only in what no run shows or no sentence asks for: each is a line as it is printed when it
/// passes, below a comment that says why.
const EQUIVALENT: &str = "equivalent.txt";

/// The name of the answer without a mistake, which has to pass: otherwise the others say nothing.
const UNCHANGED: &str = "nothing is changed";

/// A mutant, or the answer without a mistake, as a submission: its name, and its files.
#[derive(Debug)]
struct Variant {
    name: String,
    files: BTreeMap<PathBuf, String>,
}

/// Grades the mutants of these exercises. Prints for each exercise how many are rejected, and those that
/// pass and are not known to be right. Returns whether there are none. Predictions have no mutants.
pub(crate) fn rejected(grading: &Grading<'_>, all: &[&Assigned]) -> Result<bool, Failed> {
    let mut handed = Vec::new();
    let mut names = BTreeMap::new();
    let mut tallies = BTreeMap::new();
    for assigned in all.iter().filter(|one| one.exercise.kind != Kind::Predict) {
        let its = mutants_of(assigned)?;
        tallies.insert(assigned.id(), Tally::of(&its, &equivalent_to(assigned)?));
        let top = grading
            .course
            .target(false)
            .join("mutants")
            .join(assigned.id());
        // The files of an older version may have other names.
        let _none_or_gone = fs::remove_dir_all(&top);
        for (number, one) in its.into_iter().enumerate() {
            let folder = top.join(number.to_string());
            for (file, text) in &one.files {
                write(&folder.join(file), text)?;
            }
            names.insert(folder.clone(), one.name);
            handed.push((folder, vec![*assigned]));
        }
    }
    if handed.is_empty() {
        return Err(Failed::Words("a prediction has no mutants".to_owned()));
    }
    let tallies = Mutex::new(tallies);
    let report = |_: usize, graded: &Graded| {
        let mut tallies = tallies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(its) = tallies.get_mut(&graded.exercise) {
            its.take(&names[&graded.submission], graded);
            if its.left == 0 {
                // The exit code also reports whether all are rejected.
                let _shown = print(&its.text(&graded.exercise));
            }
        }
    };
    grading.all(&handed, Graded::is_uncertain, report)?;
    let tallies = tallies.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(tallies.values().all(Tally::is_right))
}

/// The mutants of an exercise's own bodies, or for a repair, of the first right answer; and before them the
/// answer itself.
fn mutants_of(assigned: &Assigned) -> Result<Vec<Variant>, Failed> {
    let mut sources = BTreeMap::new();
    for file in assigned.exercise.files() {
        let from = match assigned.exercise.kind {
            Kind::Repair => first_right(assigned)?,
            _ => assigned.folder.join(file),
        };
        sources.insert(file.to_owned(), read(&from)?);
    }
    let (name, files) = (UNCHANGED.to_owned(), sources.clone());
    let mut all = vec![Variant { name, files }];
    for (file, source) in &sources {
        let functions: Vec<&str> = assigned.exercise.functions_in(file).collect();
        let failed = |error| format!("{}: {}: {error}", assigned.id(), file.display());
        for mutant in mutants(source, &functions).map_err(failed)? {
            let name = format!("{}: {}", mutant.function, mutant.what);
            let mut files = sources.clone();
            files.insert(file.clone(), mutant.text);
            all.push(Variant { name, files });
        }
    }
    Ok(all)
}

/// The text of the exercise's list of equivalent mutants.
fn equivalent_to(assigned: &Assigned) -> Result<String, Failed> {
    let list = assigned.own_folder().join(EQUIVALENT);
    match list.exists() {
        true => read(&list),
        false => Ok(String::new()),
    }
}

fn first_right(assigned: &Assigned) -> Result<PathBuf, Failed> {
    let folder = assigned.own_folder().join("right");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let files = fs::read_dir(&folder).map_err(failed)?;
    let files: Vec<PathBuf> = files.flatten().map(|one| one.path()).collect();
    let first = files.into_iter().min();
    Ok(first.ok_or_else(|| format!("{} is empty", folder.display()))?)
}

fn read(path: &Path) -> Result<String, Failed> {
    Ok(fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(path.parent().unwrap_or(path)).map_err(failed)?;
    Ok(fs::write(path, text).map_err(failed)?)
}

/// The verdicts on the mutants of an exercise.
struct Tally {
    /// The number of gradings that are left.
    left: usize,
    rejected: usize,
    unbuilt: usize,
    equivalent: BTreeSet<String>,
    /// How many of them are equivalent, as expected.
    known: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Starts with the mutants of an exercise and the text of its list.
    fn of(mutants: &[Variant], equivalent: &str) -> Self {
        let lines = equivalent.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let is_one = |line: &String| mutants.iter().filter(|one| one.name == *line).count() == 1;
        let (equivalent, others): (BTreeSet<_>, BTreeSet<_>) =
            lines.map(str::to_owned).partition(is_one);
        let gone = |line| format!("{EQUIVALENT}: there is no such mutant: {line}");
        Self {
            left: mutants.len(),
            rejected: 0,
            unbuilt: 0,
            equivalent,
            known: 0,
            wrong: others.into_iter().map(gone).collect(),
        }
    }

    fn take(&mut self, name: &str, graded: &Graded) {
        self.left -= 1;
        let at = graded.fault().map(|outcome| outcome.name.as_str());
        let (verdict, is_known) = (graded.verdict, self.equivalent.contains(name));
        match (verdict, at) {
            (Verdict::Pass, _) if name == UNCHANGED => {}
            _ if name == UNCHANGED => {
                let at = at.unwrap_or_default();
                let wrong = format!("the answer without a mistake is judged {verdict} at {at}");
                self.wrong.push(wrong);
            }
            (Verdict::Pass, _) if is_known => self.known += 1,
            (Verdict::Pass | Verdict::GraderError, _) => {
                let file = graded.submission.display();
                self.wrong.push(format!("{verdict}: {name} ({file})"));
            }
            (_, at) if is_known => {
                let at = at.unwrap_or_default();
                let wrong = format!("{EQUIVALENT}: it is judged {verdict} at {at}: {name}");
                self.wrong.push(wrong);
            }
            (Verdict::Refused, _) | (_, Some("compiles")) => self.unbuilt += 1,
            _ => self.rejected += 1,
        }
    }

    fn is_right(&self) -> bool {
        self.wrong.is_empty()
    }

    fn text(&self, id: &str) -> String {
        let (rejected, unbuilt, known) = (self.rejected, self.unbuilt, self.known);
        let mut text = format!(
            "{id:32} {rejected} mutants rejected, {unbuilt} do not compile, {known} are equivalent\n"
        );
        text.extend(self.wrong.iter().map(|line| format!("  {line}\n")));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkout::Course;

    fn variant(name: &str) -> Variant {
        let (name, files) = (name.to_owned(), BTreeMap::new());
        Variant { name, files }
    }

    /// Grades nothing.
    #[test]
    fn each_line_of_each_list_of_equivalent_mutants_names_one() {
        let course = Course::find().unwrap();
        let code = course
            .exercises()
            .filter(|one| one.exercise.kind != Kind::Predict);
        let mut lists = 0;
        for assigned in code {
            let list = equivalent_to(assigned).unwrap();
            let all = mutants_of(assigned).unwrap();
            assert!(all.len() > 1, "{}", assigned.id());
            let tally = Tally::of(&all, &list);
            assert_eq!(tally.wrong, [""; 0], "{}", assigned.id());
            lists += usize::from(!list.is_empty());
        }
        assert!(lists > 10, "{lists}");
    }

    /// The text on one mutant that is graded so, with this list of equivalent ones.
    fn text_of(verdict: Verdict, equivalent: &str) -> (bool, String) {
        let name = "wait: left out: notify();";
        let mut tally = Tally::of(&[variant(name)], equivalent);
        tally.take(name, &Graded::example(verdict));
        assert_eq!(tally.left, 0);
        (tally.is_right(), tally.text("lesson/exercise"))
    }

    #[test]
    fn a_mutant_has_to_be_rejected_unless_it_is_known_to_be_right() {
        let list = "# Why.\nwait: left out: notify();\n";
        let (is_right, text) = text_of(Verdict::Deadlock, "");
        assert!(is_right && text.contains("1 mutants rejected"), "{text}");
        let (is_right, text) = text_of(Verdict::Pass, "");
        assert!(
            !is_right && text.contains("  pass: wait: left out"),
            "{text}"
        );
        let (is_right, text) = text_of(Verdict::Pass, list);
        assert!(is_right && text.contains("1 are equivalent"), "{text}");
        let (is_right, text) = text_of(Verdict::Fail, list);
        assert!(
            !is_right && text.contains("it is judged fail at words"),
            "{text}"
        );
        let (is_right, text) = text_of(Verdict::GraderError, list);
        assert!(!is_right && text.contains("grader-error"), "{text}");
        let mut tally = Tally::of(&[variant(UNCHANGED)], "");
        tally.take(UNCHANGED, &Graded::example(Verdict::Fail));
        assert!(
            tally
                .text("one")
                .contains("without a mistake is judged fail at words")
        );
        let (is_right, text) = text_of(Verdict::Fail, "wait: left out: gone();");
        assert!(!is_right && text.contains("no such mutant"), "{text}");
    }
}
