//! The answers that come with an exercise, and how they have to be judged.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use check::Verdict;
use exercise::Kind;

use crate::failed::Failed;
use crate::grade::Graded;
use crate::place::{Assigned, Course};

/// An answer that comes with an exercise, and how it has to be judged.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) file: PathBuf,
    pub(crate) expected: Expected,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This, and of one that is wrong the check that it fails.
    Judged(Verdict, Option<String>),
    /// Of the exercise as a student gets it: to compile, and to be wrong.
    Untouched,
    /// Of the bodies that the course itself has: to pass, as an answer does.
    Reference,
}

/// Whether it was judged as it has to be.
pub(crate) fn is_as_known(expected: &Expected, graded: &Graded) -> bool {
    let at = graded.fault().map(|outcome| outcome.name.as_str());
    match expected {
        Expected::Judged(verdict, its) => {
            graded.verdict == *verdict && (its.is_none() || its.as_deref() == at)
        }
        Expected::Reference => graded.verdict == Verdict::Pass,
        Expected::Untouched => {
            at != Some("compiles")
                && !matches!(graded.verdict, Verdict::Pass | Verdict::GraderError)
        }
    }
}

/// How long an exercise may take, as a student gets it.
const UNTOUCHED: Duration = Duration::from_secs(10);

/// How long a grading took that was longer than it may be: that of an exercise untouched, or of a right
/// answer, for which its manifest has a number.
pub(crate) fn too_slow(expected: &Expected, graded: &Graded, seconds: u32) -> Option<Duration> {
    let limit = match expected {
        Expected::Untouched => UNTOUCHED,
        Expected::Judged(Verdict::Pass, _) | Expected::Reference => {
            Duration::from_secs(seconds.into())
        }
        Expected::Judged(..) => return None,
    };
    let before = graded
        .before
        .as_ref()
        .map_or(Duration::ZERO, |before| before.took);
    Some(graded.took - before).filter(|took| *took > limit)
}

/// The answers in the exercise's folder, the exercise untouched, and what was taken out of it. The first line of each answer says
/// how it is to be judged: `// right: WHY`, or `// VERDICT at CHECK: WHY`.
pub(crate) fn all_known(course: &Course, assigned: &Assigned) -> Result<Vec<Known>, Failed> {
    let handed_out = |file: &Path, source| assigned.handed_out(file, source);
    let mut all = vec![Known {
        file: written(course, assigned, "starters", handed_out)?,
        expected: Expected::Untouched,
    }];
    // Of a repair, the course has the mistake; of a prediction, a key and no answer.
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

/// The files of an exercise, each as `made` of the course's own, as a submission in this folder.
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
