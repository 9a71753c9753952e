//! The answers that come with an exercise, and the verdicts that they must get.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use check::Verdict;
use exercise::Kind;

use crate::checkout::{Assigned, Course};
use crate::failed::Failed;
use crate::grade::Graded;
use crate::pace::longer;

/// An answer that comes with an exercise, and the verdict that it must get.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) file: PathBuf,
    pub(crate) expected: Expected,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This verdict; for a wrong answer, perhaps at this check.
    Judged(Verdict, Option<String>),
    /// For the exercise as a student gets it: it must compile, and be wrong.
    Untouched,
    /// For the course's own bodies: they must pass as an answer does.
    Reference,
}

/// Returns whether the verdict is the expected one.
pub(crate) fn is_as_known(expected: &Expected, graded: &Graded) -> bool {
    let at = graded.fault().map(|outcome| outcome.name.as_str());
    match expected {
        Expected::Judged(verdict, its) => {
            let is_there = match its {
                Some(its) => at == Some(its),
                // At any check, but the answer has to compile.
                None => at != Some("compiles"),
            };
            graded.verdict == *verdict && is_there
        }
        Expected::Reference => graded.verdict == Verdict::Pass,
        Expected::Untouched => {
            at != Some("compiles")
                && !matches!(graded.verdict, Verdict::Pass | Verdict::GraderError)
        }
    }
}

/// The time limit for grading an exercise as a student gets it.
const UNTOUCHED: Duration = Duration::from_secs(10);

/// Returns the time of a grading that took too long, for an untouched exercise or for a right
/// answer, whose limit is in its manifest; both are longer on a slow machine.
pub(crate) fn too_slow(expected: &Expected, graded: &Graded, seconds: u32) -> Option<Duration> {
    let limit = match expected {
        Expected::Untouched => UNTOUCHED,
        Expected::Judged(Verdict::Pass, _) | Expected::Reference => {
            Duration::from_secs(seconds.into())
        }
        Expected::Judged(..) => return None,
    };
    Some(graded.alone()).filter(|took| *took > longer(limit))
}

/// The answers in the exercise's folder, the untouched exercise, and the bodies that were taken out.
/// The first line of an answer has its verdict: `// right: WHY`, or `// VERDICT at CHECK: WHY`.
pub(crate) fn all_known(course: &Course, assigned: &Assigned) -> Result<Vec<Known>, Failed> {
    let handed_out = |file: &Path, source| assigned.handed_out(file, source);
    let mut all = vec![Known {
        file: written(course, assigned, "starters", handed_out)?,
        expected: Expected::Untouched,
    }];
    // For a repair, the course has the mistake; for a prediction, a key and no answer.
    if assigned.exercise.kind == Kind::Build {
        all.push(Known {
            file: written(course, assigned, "references", |_, source| Ok(source))?,
            expected: Expected::Reference,
        });
    }
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

/// Writes the files of an exercise, each as `made` from the course's own, as a submission in `folder`.
fn written(
    course: &Course,
    assigned: &Assigned,
    folder: &str,
    made: impl Fn(&Path, String) -> Result<String, Failed>,
) -> Result<PathBuf, Failed> {
    let folder = course.target(false).join(folder).join(assigned.id());
    for file in assigned.exercise.files() {
        let to = folder.join(file);
        let failed = |error: std::io::Error| format!("{}: {error}", to.display());
        let parent = to.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(failed)?;
        let from = assigned.folder.join(file);
        let source = fs::read_to_string(&from).map_err(failed)?;
        fs::write(&to, made(file, source)?).map_err(failed)?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_may_fail_at_any_check_has_to_compile() {
        let anywhere = Expected::Judged(Verdict::Fail, None);
        let mut graded = Graded::example(Verdict::Fail);
        assert!(is_as_known(&anywhere, &graded));
        "compiles".clone_into(&mut graded.outcomes[0].name);
        assert!(!is_as_known(&anywhere, &graded));
        let there = Expected::Judged(Verdict::Fail, Some("compiles".to_owned()));
        assert!(is_as_known(&there, &graded));
    }
}
