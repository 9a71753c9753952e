//! The reports for the students: a folder for each submission, written as soon as its result is known.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failed::{Failed, harmless};
use crate::grade::Graded;
use crate::page::page;
use crate::results::{as_json, as_text};
use crate::whole;

/// The folder for all reports.
pub(crate) struct Reports {
    folder: PathBuf,
}

/// The longest name of a submission in a folder's name, leaving room for the number and the exercise.
const MOST_BYTES: usize = 120;

impl Reports {
    /// Creates the folder, or accepts one that is empty. In the reports of an earlier grading, an
    /// old failing run could be left beside a result that passes.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failed> {
        let failed = |error: io::Error| format!("--out {}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(failed)?;
        let is_free = fs::read_dir(folder).map_err(failed)?.next().is_none();
        match is_free {
            true => Ok(Self {
                folder: folder.to_owned(),
            }),
            false => Err(format!("--out {}: it is not empty", folder.display()).into()),
        }
    }

    /// Writes `report.txt`, `result.json`, and `run.html`, a page of the run that shows the fault, if the
    /// run was recorded. The folder's name has the index of the result, the submission and the exercise.
    pub(crate) fn write(&self, index: usize, graded: &Graded) -> Result<(), Failed> {
        let exercise = graded.exercise.replace('/', "-");
        let name = format!("{:03}-{}-{exercise}", index + 1, name(&graded.submission));
        let folder = self.folder.join(name);
        let failed = |error: io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        whole::write(&folder.join("report.txt"), &as_text(graded))?;
        whole::write(
            &folder.join("result.json"),
            &format!("{:#}\n", as_json(graded)),
        )?;
        let fault = graded.fault().and_then(|outcome| outcome.fault.as_ref());
        if let Some(log) = fault.and_then(|fault| fault.log.as_ref()) {
            whole::write(&folder.join("run.html"), &page(log)?)?;
        }
        Ok(())
    }
}

/// `alice-answer.txt`: the submission's folder, which may have a student's name, then the submission.
fn name(submission: &Path) -> String {
    let path = std::path::absolute(submission).unwrap_or_else(|_| submission.to_owned());
    let parts = [path.parent().and_then(Path::file_name), path.file_name()];
    let parts: Vec<_> = parts
        .into_iter()
        .flatten()
        .map(|part| part.to_string_lossy())
        .collect();
    let name = harmless(&parts.join("-"));
    let mut end = name.len().min(MOST_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::name;
    use std::path::Path;

    #[test]
    fn the_folder_of_a_report_names_its_submission_and_has_a_legal_length() {
        assert_eq!(name(Path::new("/class/alice/answer.rs")), "alice-answer.rs");
        let long = format!("/class/{}/{}", "ä".repeat(100), "b".repeat(100));
        assert_eq!(name(Path::new(&long)), "ä".repeat(60));
        assert!(!name(Path::new("/a/b\x1b[2J\nc")).contains(['\x1b', '\n']));
    }
}
