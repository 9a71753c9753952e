//! A practice copy: where a student works on an exercise, and what they have done.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failed::Failed;
use crate::place::{Assigned, Course};
use crate::tree::{self, For};

/// The file in a practice copy or a handout that says which exercises it is of; in a practice copy,
/// with what has been done, a line for each thing.
pub(crate) const MARK: &str = "exercise.txt";

/// A practice copy.
#[derive(Debug, Clone)]
pub(crate) struct Practice<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) assigned: &'a Assigned,
    /// How many hints were given.
    pub(crate) hints: usize,
    /// All checks have held once.
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
        tree::is_free(&folder)?;
        let place = folder.clone();
        let failed = |error: io::Error| format!("{}: {error}", place.display());
        // Made beside its place: one that was cut off is no copy, and does not stand in the way.
        let whole = fs::canonicalize(&folder).or_else(|_| std::path::absolute(&folder));
        let folder = whole.map_err(failed)?;
        let mut name = OsString::from(".");
        name.push(folder.file_name().unwrap_or_default());
        name.push(".new");
        let new = folder.with_file_name(name);
        if new.exists() {
            fs::remove_dir_all(&new).map_err(failed)?;
        }
        tree::copy(course, &[assigned], &new, For::Student)?;
        fs::create_dir_all(new.join(".cargo")).map_err(failed)?;
        fs::write(new.join(".cargo/config.toml"), config(course)).map_err(failed)?;
        let mut practice = Self {
            folder: new,
            assigned,
            hints: 0,
            is_done: false,
        };
        practice.save()?;
        moved(&practice.folder, &folder).map_err(failed)?;
        practice.folder = fs::canonicalize(&folder).map_err(failed)?;
        practice.remember(course)?;
        Ok(practice)
    }

    /// The copy that a word means: a folder, or an exercise; without one, the copy that this process
    /// is in.
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

    /// All copies that are still where they were made.
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

    /// Writes down what has been done, in one step: a file that is half written is never read.
    pub(crate) fn save(&self) -> Result<(), Failed> {
        let done = if self.is_done { "done\n" } else { "" };
        let text = format!(
            "exercise {}\nhints {}\n{done}",
            self.assigned.id(),
            self.hints
        );
        let (file, new) = (
            self.folder.join(MARK),
            self.folder.join(".exercise.txt.new"),
        );
        let failed = |error: io::Error| format!("{}: {error}", file.display());
        fs::write(&new, text).map_err(failed)?;
        Ok(fs::rename(&new, &file).map_err(failed)?)
    }

    /// Writes down where the copy is, if that is not the usual place.
    fn remember(&self, course: &Course) -> Result<(), Failed> {
        if self.folder == usual_place(course, self.assigned) {
            return Ok(());
        }
        let places = places(course);
        let place = self.folder.display().to_string();
        let known = fs::read_to_string(&places).unwrap_or_default();
        if known.lines().any(|line| line == place) {
            return Ok(());
        }
        let failed = |error: io::Error| format!("{}: {error}", places.display());
        fs::create_dir_all(places.parent().unwrap_or(&places)).map_err(failed)?;
        // Added in one write, which takes away no line of a start at the same time.
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(&places)
            .map_err(failed)?;
        Ok(file
            .write_all(format!("{place}\n").as_bytes())
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

/// Cargo's settings in a copy. It builds in the course's target folder, so the libraries of other
/// authors are built once; and `cargo course` runs the course's program, though the copy is another
/// workspace.
///
/// The alias leads to a second one, a list of words, because the path may have spaces. `course`
/// itself is a text: a copy in the course's folder has the course's alias, too, which is a text, and
/// cargo merges no list with a text.
fn config(course: &Course) -> String {
    let path = |name: &str| course.root.join(name).display().to_string();
    format!(
        "[build]\ntarget-dir = {:?}\n\n[alias]\ncourse = \"course-of-copy\"\ncourse-of-copy = [\"run\", \
         \"--quiet\", \"--manifest-path\", {:?}, \"--package\", \"course\", \"--\"]\n",
        path("target"),
        path("Cargo.toml")
    )
}

/// Moves what is in `new` to its place, which may be an empty folder that is in use. The mark comes last.
fn moved(new: &Path, place: &Path) -> io::Result<()> {
    if !place.exists() {
        return fs::rename(new, place);
    }
    for entry in fs::read_dir(new)? {
        let entry = entry?;
        if entry.file_name() != MARK {
            fs::rename(entry.path(), place.join(entry.file_name()))?;
        }
    }
    fs::rename(new.join(MARK), place.join(MARK))?;
    fs::remove_dir(new)
}

fn usual_place(course: &Course, assigned: &Assigned) -> PathBuf {
    let name = format!("{}-{}", assigned.lesson, assigned.exercise.id);
    course.root.join("practice").join(name)
}

fn places(course: &Course) -> PathBuf {
    course.root.join("practice/places.txt")
}
