//! The tree in which a practice copy is built: the course's own, with the student's bodies in it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::checkout::{Assigned, Course};
use crate::failed::Failed;
use crate::supervise::Interrupt;
use crate::taken::Taken;
use crate::tree::{self, For};

/// The tree in which practice copies are built. There is one for each lesson, for one process at a time.
pub(crate) struct Judged {
    pub(crate) folder: PathBuf,
    /// The target folder of cargo.
    pub(crate) target: PathBuf,
    /// All trees share a folder for their programs, so only one of them may be in use.
    _only: File,
}

impl Judged {
    /// Makes a copy of the current course; waits while another process has one. An unchanged file
    /// keeps its modification time, so that cargo does not build it again.
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
        tree::copy(course, &[assigned], &new, For::Judge, interrupt)?;
        if folder.exists() {
            for file in assigned.exercise.files() {
                let file = assigned.in_tree(file);
                // Missing if the old copy is half removed, or the exercise had another file then.
                if let Ok(before) = fs::read(folder.join(&file)) {
                    fs::write(new.join(&file), before).map_err(failed)?;
                }
            }
            keep_times(&folder, &new).map_err(failed)?;
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::rename(&new, &folder).map_err(failed)?;
        // Where `--explore` builds, too. Its profile has the same name, which is also a folder in target/.
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

    /// Puts the files into the tree: the reference, with the student's bodies in it.
    pub(crate) fn put(
        &self,
        assigned: &Assigned,
        files: &BTreeMap<PathBuf, Taken>,
    ) -> Result<(), Failed> {
        for (path, Taken { text, .. }) in files {
            let path = self.folder.join(assigned.in_tree(path));
            let failed = |error: io::Error| format!("{}: {error}", path.display());
            if fs::read_to_string(&path).map_err(failed)? != *text {
                fs::write(&path, text).map_err(failed)?;
            }
        }
        Ok(())
    }
}

/// Gives each file below `new` that has the same contents below `old` its modification time from there.
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
