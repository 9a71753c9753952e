//! A practice copy: the folder in which a student works on an exercise, and the progress there.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::checkout::{Assigned, Course, MARK};
use crate::failed::Failed;
use crate::supervise::Interrupt;
use crate::tree::{self, For};
use crate::whole;

/// A practice copy.
#[derive(Debug, Clone)]
pub(crate) struct Practice<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) assigned: &'a Assigned,
    /// The number of hints that were printed.
    pub(crate) hints: usize,
    /// Whether all checks have held once.
    pub(crate) is_done: bool,
}

impl<'a> Practice<'a> {
    /// Makes a copy for an exercise.
    pub(crate) fn start(
        course: &'a Course,
        assigned: &'a Assigned,
        folder: Option<&Path>,
    ) -> Result<Self, Failed> {
        let folder = folder.map_or_else(|| usual_place(course, assigned), Path::to_owned);
        let mut practice = Self {
            folder: PathBuf::new(),
            assigned,
            hints: 0,
            is_done: false,
        };
        let interrupt = Interrupt::noticed()?;
        practice.folder = whole::make(&folder, |new| {
            tree::copy(course, &[assigned], new, For::Student, &interrupt)?;
            let cargo = new.join(".cargo");
            let failed = |error: io::Error| format!("{}: {error}", cargo.display());
            fs::create_dir_all(&cargo).map_err(failed)?;
            fs::write(cargo.join("config.toml"), config(course)).map_err(failed)?;
            practice.folder = new.to_owned();
            practice.save()
        })?;
        practice.remember(course)?;
        Ok(practice)
    }

    /// Finds the copy that a word names, as a folder or an exercise; without a word, the copy that
    /// contains the current folder.
    pub(crate) fn find(course: &'a Course, word: Option<&str>) -> Result<Self, Failed> {
        let Some(word) = word else {
            let here = env::current_dir().unwrap_or_default();
            let mut copies = here
                .ancestors()
                .filter_map(|folder| Self::read(course, folder));
            return copies.next().ok_or_else(|| {
                Failed::Words("which exercise? This folder is in no practice copy".to_owned())
            });
        };
        if let Some(copy) = Self::read(course, Path::new(word)) {
            return Ok(copy);
        }
        let assigned = course.exercise(word)?;
        let copies = Self::all(course).into_iter();
        let mut its = copies.filter(|copy| copy.assigned.id() == assigned.id());
        its.next().ok_or_else(|| {
            let id = assigned.id();
            Failed::Words(format!("{id} is not begun: cargo course start {id}"))
        })
    }

    /// Returns all copies that are still at the place where they were made.
    pub(crate) fn all(course: &'a Course) -> Vec<Self> {
        let usual = course.exercises().map(|one| usual_place(course, one));
        let others = fs::read_to_string(places(course)).unwrap_or_default();
        let others: Vec<PathBuf> = others.lines().map(PathBuf::from).collect();
        let folders = usual.chain(others);
        folders
            .filter_map(|folder| Self::read(course, &folder))
            .collect()
    }

    fn read(course: &'a Course, folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(MARK)).ok()?;
        let value = |key: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))
        };
        Some(Self {
            folder: fs::canonicalize(folder).ok()?,
            assigned: course.exercise(value("exercise")?.trim()).ok()?,
            hints: value("hints")
                .and_then(|hints| hints.trim().parse().ok())
                .unwrap_or(0),
            is_done: text.lines().any(|line| line.trim() == "done"),
        })
    }

    /// Saves the progress in one step, so that no process reads a half-written file.
    pub(crate) fn save(&self) -> Result<(), Failed> {
        let done = if self.is_done { "done\n" } else { "" };
        let text = format!(
            "exercise {}\nhints {}\n{done}",
            self.assigned.id(),
            self.hints
        );
        whole::write(&self.folder.join(MARK), &text)
    }

    /// Records the place of the copy, if it is not the usual one.
    fn remember(&self, course: &Course) -> Result<(), Failed> {
        if self.folder == usual_place(course, self.assigned) {
            return Ok(());
        }
        let places = places(course);
        let folder = self.folder.display().to_string();
        let known = fs::read_to_string(&places).unwrap_or_default();
        if known.lines().any(|line| line == folder) {
            return Ok(());
        }
        let failed = |error: io::Error| format!("{}: {error}", places.display());
        fs::create_dir_all(places.parent().unwrap_or(&places)).map_err(failed)?;
        // Appended by one write, so that no line of another start at the same time is lost.
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(&places)
            .map_err(failed)?;
        Ok(file
            .write_all(format!("{folder}\n").as_bytes())
            .map_err(failed)?)
    }

    /// The student's files.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let lesson = self
            .folder
            .join("crates/lessons")
            .join(&self.assigned.lesson);
        let files = self.assigned.exercise.files().into_iter();
        files.map(|file| lesson.join(file)).collect()
    }
}

/// The cargo settings in a copy. It builds in the course's target folder, so that the libraries of
/// other authors are built only once. `cargo course` runs the course's program, although the copy
/// is another workspace.
///
/// The alias refers to a second one, which is a list of words because the path may contain spaces.
/// `course` itself must be a string: a copy inside the course's folder also has the course's alias,
/// which is a string, and cargo cannot merge a list with a string.
fn config(course: &Course) -> String {
    let path = |name: &str| course.root.join(name).display().to_string();
    format!(
        "[build]\ntarget-dir = {:?}\n\n[alias]\ncourse = \"course-of-copy\"\ncourse-of-copy = [\"run\", \
         \"--quiet\", \"--manifest-path\", {:?}, \"--package\", \"course\", \"--\"]\n",
        path("target"),
        path("Cargo.toml")
    )
}

fn usual_place(course: &Course, assigned: &Assigned) -> PathBuf {
    let name = format!("{}-{}", assigned.lesson, assigned.exercise.id);
    course.root.join("practice").join(name)
}

fn places(course: &Course) -> PathBuf {
    course.root.join("practice/places.txt")
}
