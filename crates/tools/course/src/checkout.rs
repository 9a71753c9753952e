//! Finds the course and its exercises.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use exercise::{Exercise, Manifest, cut};

use crate::failed::Failed;

/// The default seed of `check`, of a handout's tests and of `grade`.
pub(crate) const DEFAULT_SEED: u64 = 1;

/// The file in a practice copy or a handout that lists its exercises; in a practice copy also the
/// progress, one entry on a line.
pub(crate) const MARK: &str = "exercise.txt";

/// The checkout of the course.
#[derive(Debug, Clone)]
pub(crate) struct Course {
    pub(crate) root: PathBuf,
    pub(crate) lessons: Vec<Lesson>,
    /// The reason for each lesson that has no exercises because its manifest is wrong.
    pub(crate) wrong: Vec<String>,
}

/// A lesson and its exercises.
#[derive(Debug, Clone)]
pub(crate) struct Lesson {
    /// The name of its package.
    pub(crate) name: String,
    /// Its section and subject.
    pub(crate) about: String,
    /// The files of its first reading, from the top folder of the course or of a copy.
    pub(crate) reading: Vec<String>,
    pub(crate) exercises: Vec<Assigned>,
}

/// An exercise and its lesson.
#[derive(Debug, Clone)]
pub(crate) struct Assigned {
    pub(crate) lesson: String,
    /// The lesson's folder.
    pub(crate) folder: PathBuf,
    pub(crate) exercise: Exercise,
}

impl Assigned {
    /// `lesson/exercise`.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.lesson, self.exercise.id)
    }

    /// The folder with its checks, and with answers on which the checks are tested.
    pub(crate) fn own_folder(&self) -> PathBuf {
        self.folder.join("exercises").join(&self.exercise.id)
    }

    /// The path of one of its files from the top folder of the course or of a copy.
    pub(crate) fn in_tree(&self, file: &Path) -> PathBuf {
        Path::new("crates/lessons").join(&self.lesson).join(file)
    }

    /// One of its files as a student gets it: `source` with the bodies taken out. A program to
    /// repair and a form for an answer are handed out unchanged.
    pub(crate) fn handed_out(&self, file: &Path, source: String) -> Result<String, Failed> {
        let its = self.exercise.holes.iter().filter(|hole| hole.file == file);
        let holes: Vec<(&str, &str)> = its
            .filter_map(|hole| Some((hole.function.as_str(), hole.stub.as_deref()?)))
            .collect();
        if holes.is_empty() {
            return Ok(source);
        }
        let failed = |error| format!("{}: {}: {error}", self.id(), file.display());
        Ok(cut(&source, &holes).map_err(failed)?)
    }
}

impl Course {
    /// Finds the checkout from which this program was built.
    pub(crate) fn find() -> Result<Self, Failed> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let root = fs::canonicalize(&here)
            .map_err(|error| format!("the course is gone from {}: {error}", here.display()))?;
        Self::at(root)
    }

    /// Reads the course in this folder. A wrong manifest removes the exercises of its lesson only.
    fn at(root: PathBuf) -> Result<Self, Failed> {
        let folder = root.join("crates/lessons");
        let (mut lessons, mut wrong) = (Vec::new(), Vec::new());
        for lesson in contents::lessons(&folder).map_err(|error| error.to_string())? {
            let folder = folder.join(&lesson.name);
            let exercises = exercises(&lesson.name, &folder);
            lessons.push(Lesson {
                exercises: exercises.unwrap_or_else(|why| {
                    wrong.push(why.to_string());
                    Vec::new()
                }),
                name: lesson.name,
                about: lesson.about,
                reading: lesson.reading.into_iter().map(|one| one.file).collect(),
            });
        }
        Ok(Self {
            root,
            lessons,
            wrong,
        })
    }

    /// Checks that every manifest is correct, as grading a class requires.
    ///
    /// # Errors
    /// Returns [`Failed`] with the first manifest that is not.
    pub(crate) fn whole(&self) -> Result<(), Failed> {
        match self.wrong.first() {
            None => Ok(()),
            Some(why) => Err(Failed::Other(why.clone())),
        }
    }

    /// Iterates over all exercises, in the order of the lessons.
    pub(crate) fn exercises(&self) -> impl Iterator<Item = &Assigned> {
        self.lessons.iter().flat_map(|lesson| &lesson.exercises)
    }

    /// Finds the exercise that `word` names: `ipc-pipe/forgotten-end`, or `forgotten-end` if only
    /// one lesson has it.
    pub(crate) fn exercise(&self, word: &str) -> Result<&Assigned, Failed> {
        let is_meant = |one: &&Assigned| one.id() == word || one.exercise.id == word;
        let mut meant = self.exercises().filter(is_meant);
        match (meant.next(), meant.next()) {
            (Some(one), None) => Ok(one),
            (Some(one), Some(other)) => Err(Failed::Words(format!(
                "'{word}' may be {} or {}",
                one.id(),
                other.id()
            ))),
            (None, _) => Err(Failed::Words(format!(
                "there is no exercise '{word}'; `cargo course` lists them"
            ))),
        }
    }

    /// Finds the exercises that these words name, each once.
    pub(crate) fn distinct(&self, words: &[String]) -> Result<Vec<&Assigned>, Failed> {
        let mut all: Vec<&Assigned> = Vec::new();
        for word in words {
            let one = self.exercise(word)?;
            if all.iter().all(|known| known.id() != one.id()) {
                all.push(one);
            }
        }
        Ok(all)
    }

    /// The target folder of the grader. It differs from the course's own, because the grader's
    /// build flags would rebuild everything there each time.
    pub(crate) fn target(&self, explores: bool) -> PathBuf {
        let name = if explores { "course-explore" } else { "course" };
        self.root.join("target").join(name)
    }

    /// Waits until no other grading runs in this checkout, and keeps others out until the file is
    /// closed, which the end of the process also does. Two gradings would build into the same
    /// folders, and none could grade a submission alone.
    pub(crate) fn only_grading(&self, is_interrupted: impl Fn() -> bool) -> Result<File, Failed> {
        let file = self.only("grading", is_interrupted)?;
        // A grading that was ended by a signal may have left these.
        for explores in [false, true] {
            let profiles = fs::read_dir(self.target(explores)).into_iter().flatten();
            for profile in profiles.flatten() {
                let _none_or_gone = fs::remove_dir_all(profile.path().join("benches"));
            }
        }
        Ok(file)
    }

    /// Waits until no other `what` runs in this checkout, or until `is_interrupted`. Keeps others
    /// out until the file is closed.
    pub(crate) fn only(
        &self,
        what: &str,
        is_interrupted: impl Fn() -> bool,
    ) -> Result<File, Failed> {
        let folder = self.root.join("target");
        let path = folder.join(format!("{what}.lock"));
        let failed = |error| format!("cannot lock {}: {error}", path.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        let file = File::create(&path).map_err(failed)?;
        let mut is_reported = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(failed(error).into()),
                Err(TryLockError::WouldBlock) if is_interrupted() => return Err(Failed::Signal),
                Err(TryLockError::WouldBlock) => {}
            }
            if !is_reported {
                common::complain(&format!(
                    "course: waiting for another {what} in this checkout"
                ));
            }
            is_reported = true;
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn exercises(lesson: &str, folder: &Path) -> Result<Vec<Assigned>, Failed> {
    let file = folder.join("exercises.toml");
    // A lesson may have no exercises yet.
    if !file.exists() {
        return Ok(Vec::new());
    }
    let wrong = |error: String| format!("{}: {error}", file.display());
    let text = fs::read_to_string(&file).map_err(|error| wrong(error.to_string()))?;
    let manifest = Manifest::parse(&text).map_err(|error| wrong(error.to_string()))?;
    manifest
        .check(folder)
        .map_err(|error| wrong(error.to_string()))?;
    let assigned = |exercise| Assigned {
        lesson: lesson.to_owned(),
        folder: folder.to_owned(),
        exercise,
    };
    Ok(manifest.exercises.into_iter().map(assigned).collect())
}

#[cfg(test)]
mod tests {
    use lesson_test::Folder;

    use super::*;

    #[test]
    fn a_wrong_manifest_takes_away_the_exercises_of_its_lesson_alone() {
        let ours = Course::find().unwrap();
        let folder = Folder::new();
        let root = folder.root();
        let lessons = root.join("crates/lessons");
        fs::create_dir_all(&lessons).unwrap();
        let engine = "crates/engine";
        std::os::unix::fs::symlink(ours.root.join(engine), root.join(engine)).unwrap();
        for lesson in ["sync", "ipc-pipe"] {
            let from = ours.root.join("crates/lessons").join(lesson);
            let to = lessons.join(lesson);
            fs::create_dir(&to).unwrap();
            for name in ["Cargo.toml", "README.md", "src", "explore", "exercises"] {
                let from = from.join(name);
                if from.exists() {
                    std::os::unix::fs::symlink(from, to.join(name)).unwrap();
                }
            }
            let mut text = fs::read_to_string(from.join("exercises.toml")).unwrap();
            if lesson == "sync" {
                text = text.replace("Lock::acquire", "Lock::obtain");
            }
            fs::write(to.join("exercises.toml"), text).unwrap();
        }
        let course = Course::at(root.to_owned());
        let course = course.unwrap();
        assert!(course.exercise("forgotten-end").is_ok());
        assert!(course.exercise("sync/event").is_err());
        let why = course.whole().unwrap_err().to_string();
        assert!(why.contains("line 35: exercise lock: src/tiny.rs"), "{why}");
        assert_eq!(ours.wrong.len(), 0, "{:?}", ours.wrong);
    }
}
