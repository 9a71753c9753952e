//! The tree in which a practice copy is built: the course's own, with the student's bodies.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::failed::Failed;
use crate::place::{Assigned, Course};
use crate::supervise::Interrupt;
use crate::taken::Taken;
use crate::tree::{self, For};

/// The tree that is built for a practice copy: one for each lesson, for one process at a time.
pub(crate) struct Judged {
    pub(crate) folder: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// All trees put their programs into one folder, from which each takes its own when it is built.
    _only: File,
}

impl Judged {
    /// A copy of the course as it is now; waits while another process has one. A file that is as it was
    /// in the copy before keeps its time, so that cargo does not build it again.
    pub(crate) fn copy(
        course: &Course,
        assigned: &Assigned,
        interrupt: &Interrupt,
    ) -> Result<Self, Failed> {
        let only = course.only("check", || interrupt.has_come())?;
        let target = course.root.join("target");
        let folder = target.join("course/judged").join(&assigned.lesson);
        let new = folder.with_extension("new");
        let failed = |error: io::Error| format!("{}: {error}", folder.display());
        if new.exists() {
            fs::remove_dir_all(&new).map_err(failed)?;
        }
        tree::copy(course, &[assigned], &new, For::Judge)?;
        if folder.exists() {
            for file in assigned.exercise.files() {
                let file = assigned.in_tree(file);
                // It may be half removed, or of a time when the file was another one.
                if let Ok(before) = fs::read(folder.join(&file)) {
                    fs::write(new.join(&file), before).map_err(failed)?;
                }
            }
            keep_times(&folder, &new).map_err(failed)?;
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::rename(&new, &folder).map_err(failed)?;
        // Where `--explore` builds, too: its profile has the same name, which is a folder's in target/.
        let target = match assigned.exercise.explores {
            true => target.join("explore"),
            false => target,
        };
        Ok(Self {
            folder,
            target,
            _only: only,
        })
    }

    /// Puts the files into the tree: the reference, with the student's bodies.
    pub(crate) fn put(
        &self,
        assigned: &Assigned,
        files: &BTreeMap<PathBuf, Taken>,
    ) -> Result<(), Failed> {
        for (path, Taken { text, .. }) in files {
            let place = self.folder.join(assigned.in_tree(path));
            let failed = |error: io::Error| format!("{}: {error}", place.display());
            if fs::read_to_string(&place).map_err(failed)? != *text {
                fs::write(&place, text).map_err(failed)?;
            }
        }
        Ok(())
    }
}

/// Gives each file below `new` that is the same below `old` the time that it has there.
fn keep_times(old: &Path, new: &Path) -> io::Result<()> {
    for entry in fs::read_dir(new)? {
        let entry = entry?;
        let (before, now) = (old.join(entry.file_name()), entry.path());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            keep_times(&before, &now)?;
        } else if kind.is_file()
            && fs::read(&before).is_ok_and(|text| Some(text) == fs::read(&now).ok())
        {
            File::options()
                .write(true)
                .open(&now)?
                .set_modified(before.metadata()?.modified()?)?;
        }
    }
    Ok(())
}
