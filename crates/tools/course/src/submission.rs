//! Reads a submission: a folder, an archive, a folder with one archive in it, or a single file. Only
//! the student's files are read from it, by name and into memory; nothing is unpacked, and no link in
//! it is followed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::mem;
use std::path::{Component, Path, PathBuf};

use crate::archives::{self, MOST_FILES, a_link, is_wanted};
use crate::checkout::{Assigned, Course, MARK};
use crate::unread::Unread;

/// The longest file that is taken, in bytes.
const MOST_BYTES: u64 = 256 << 10;
/// The most bytes of text in a submission; then the most bytes that are read to find them.
const MOST_TEXT: usize = 16 << 20;
const MOST_READ: u64 = 256 << 20;
/// The deepest nesting of folders in a submission.
const DEEPEST: usize = 12;

/// The files of a submission that may matter, by their paths in it.
#[derive(Debug, Default)]
pub(crate) struct Submission {
    files: BTreeMap<PathBuf, Kept>,
    /// The bytes of all files that are kept.
    text_bytes: usize,
    /// The bytes that were read so far.
    read_bytes: u64,
    /// The archives in it that are not read.
    archives: Vec<PathBuf>,
    /// The first folder in it that could not be read. It matters only if a file is missing.
    unread: Option<Unread>,
}

/// The bytes of a file; for a file that cannot be taken, the reason. The reason matters only if that
/// file is asked for.
type Kept = Result<Vec<u8>, Unread>;

impl Submission {
    /// Reads the submission at `path`. If the path itself is a link, the instructor has chosen it, and it
    /// is followed.
    pub(crate) fn read(path: &Path) -> Result<Self, Unread> {
        let kind = fs::metadata(path).map_err(|error| Unread::of("it", &error))?;
        let mut submission = Self::default();
        if kind.is_dir() {
            submission.read_folder(path, Path::new(""), &mut 0)?;
            submission.read_only_archive(path)?;
        } else if kind.is_file() {
            submission.read_file(path)?;
        } else {
            return Err("it is neither a file nor a folder".to_owned().into());
        }
        match submission.files.is_empty() {
            true => Err(submission.lacks("file in it that could be an answer")),
            false => Ok(submission),
        }
    }

    /// The reason why something is missing: there is no `what`.
    fn lacks(&self, what: &str) -> Unread {
        let unread = self.archives.first().map_or_else(String::new, |archive| {
            let name = archive.display();
            format!("; {name} is not read: only an archive that is handed in alone is, and none inside it")
        });
        let none = || Unread::Content(format!("there is no {what}{unread}"));
        self.unread.clone().unwrap_or_else(none)
    }

    /// Reads the archive in a folder that has no other file that could be an answer. Learning platforms
    /// store what a student has handed in this way.
    fn read_only_archive(&mut self, folder: &Path) -> Result<(), Unread> {
        if !self.files.is_empty() {
            return Ok(());
        }
        match &mem::take(&mut self.archives)[..] {
            [] => Ok(()),
            [only] => self.read_file(&folder.join(only)),
            _ => Err("it holds archives: name the right one".to_owned().into()),
        }
    }

    fn read_folder(
        &mut self,
        folder: &Path,
        inside: &Path,
        seen: &mut usize,
    ) -> Result<(), Unread> {
        if inside.components().count() > DEEPEST {
            return Err(format!("its folders are nested more than {DEEPEST} deep").into());
        }
        let failed = |error: io::Error| Unread::of(&inside.display().to_string(), &error);
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if inside == Path::new("") => return Err(Unread::of("it", &error)),
            Err(error) => {
                self.unread.get_or_insert(failed(error));
                return Ok(());
            }
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            *seen += 1;
            if *seen > MOST_FILES {
                return Err(format!("it has more than {MOST_FILES} files").into());
            }
            let (name, kind) = (
                inside.join(entry.file_name()),
                entry.file_type().map_err(failed)?,
            );
            if kind.is_dir() && entry.file_name() != "target" {
                self.read_folder(&entry.path(), &name, seen)?;
            } else if kind.is_file() && is_wanted(&name) {
                self.take(name, File::open(entry.path()))?;
            } else if kind.is_symlink() && is_wanted(&name) {
                self.take(name, Err::<File, _>(a_link()))?;
            } else if kind.is_file() && archives::is_named_as_one(&name) {
                self.archives.push(name);
            }
        }
        Ok(())
    }

    fn read_file(&mut self, path: &Path) -> Result<(), Unread> {
        if archives::read(path, &mut |name, file| self.take(name, file))? {
            return Ok(());
        }
        let name = path.file_name().unwrap_or_default();
        self.take(PathBuf::from(name), File::open(path))
    }

    /// Keeps a file, or the reason why it cannot be kept; of an archive inside another one, the name.
    fn take(&mut self, name: PathBuf, file: io::Result<impl Read>) -> Result<(), Unread> {
        if archives::is_named_as_one(&name) {
            self.archives.push(name);
            return Ok(());
        }
        let mut bytes = Vec::new();
        let read = file.and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
        self.read_bytes += bytes.len() as u64;
        let kept = match read {
            Err(error) => Err(Unread::of(&name.display().to_string(), &error)),
            Ok(_) if bytes.len() as u64 > MOST_BYTES => {
                let most = MOST_BYTES >> 10;
                Err(format!("{} is longer than {most} KiB", name.display()).into())
            }
            Ok(length) => {
                self.text_bytes += length;
                Ok(bytes)
            }
        };
        if self.text_bytes > MOST_TEXT || self.read_bytes > MOST_READ {
            let most = MOST_TEXT >> 20;
            return Err(format!("it has more than {most} MiB of Rust and text").into());
        }
        self.files.insert(name, kept);
        Ok(())
    }

    /// The exercises that the submission names, in the marks of practice copies or handouts. A mark deeper
    /// in it than another is part of something else, such as a backup.
    pub(crate) fn exercises<'a>(&self, course: &'a Course) -> Vec<&'a Assigned> {
        let depth = |path: &Path| path.components().count();
        let marks = self.files.iter().filter(|(path, _)| path.ends_with(MARK));
        let least = marks.clone().map(|(path, _)| depth(path)).min();
        let marks = marks.filter(|(path, _)| Some(depth(path)) == least);
        let texts = marks.filter_map(|(_, text)| text.as_ref().ok());
        let ids = texts.flat_map(|text| named_in(text));
        let ids: Vec<String> = ids.filter(|id| course.exercise(id).is_ok()).collect();
        course.distinct(&ids).unwrap_or_default()
    }

    /// One of the student's files, its path in the submission and its text: the file at this path in
    /// the lesson's folder, wherever that folder is in the submission; or, if the exercise has one file
    /// only, the only file there is. `beside` are the other exercises for which the submission is
    /// graded. A file that could also be an answer to one of them is taken only from the lesson's folder.
    pub(crate) fn file(
        &self,
        assigned: &Assigned,
        beside: &[&Assigned],
        path: &Path,
    ) -> Result<(&Path, String), Unread> {
        let lacks = || self.lacks(&format!("{} in it", path.display()));
        let (name, bytes) = match self.named(assigned, beside, path)? {
            Some(file) => file,
            None if !beside.is_empty() => return Err(lacks()),
            None => self.only_one(assigned, path).ok_or_else(lacks)?,
        };
        let text = str::from_utf8(bytes.as_ref().map_err(Unread::clone)?);
        let text = text.map_err(|_| format!("{} is no text in UTF-8", name.display()))?;
        // rustc ignores the byte order mark, too; the lines keep their numbers.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line = text.split_inclusive('\n').next().unwrap_or_default();
        match line.starts_with("#!/") {
            true => Ok((name, format!("\n{}", &text[line.len()..]))),
            false => Ok((name, text.to_owned())),
        }
    }

    /// The file of that name.
    fn named(
        &self,
        assigned: &Assigned,
        beside: &[&Assigned],
        path: &Path,
    ) -> Result<Option<(&Path, &Kept)>, String> {
        let name = Path::new(path.file_name().unwrap_or_default());
        let in_lesson = in_lesson(assigned, path);
        for wanted in [in_lesson.as_path(), path, name] {
            let is_it = |file: &Path| file.ends_with(wanted) && !is_of_another(assigned, file);
            let mut its: Vec<_> = self.files.iter().filter(|(file, _)| is_it(file)).collect();
            // Copies for several exercises of a lesson have the same files.
            if its.len() > 1 && its.iter().any(|(file, _)| self.is_in_copy(assigned, file)) {
                its.retain(|(file, _)| self.is_in_copy(assigned, file));
            }
            let (file, bytes) = match its[..] {
                [] => continue,
                [only] => only,
                [(file, _), (other, _), ..] => {
                    return Err(format!(
                        "it has two files for {}: {} and {}",
                        path.display(),
                        file.display(),
                        other.display()
                    ));
                }
            };
            let other = may_be_of(beside, wanted, &in_lesson).filter(|_| wanted != in_lesson);
            return match other {
                None => Ok(Some((file, bytes))),
                Some(other) => Err(format!(
                    "{} may be the answer to {} or to {}: it has to be at {}",
                    file.display(),
                    assigned.id(),
                    other.id(),
                    in_lesson.display()
                )),
            };
        }
        Ok(None)
    }

    /// Whether the file is in a practice copy or a handout of this exercise.
    fn is_in_copy(&self, assigned: &Assigned, file: &Path) -> bool {
        let mark = |folder: &Path| self.files.get(&folder.join(MARK))?.as_ref().ok();
        let nearest = file.ancestors().find_map(mark);
        nearest.is_some_and(|mark| named_in(mark).contains(&assigned.id()))
    }

    /// The only file besides the mark, or the only one in Rust, if the exercise has only one file. Text
    /// beside an archive may be anything.
    fn only_one(&self, assigned: &Assigned, path: &Path) -> Option<(&Path, &Kept)> {
        let is_rust = |path: &Path| path.extension() == Some("rs".as_ref());
        let may_be = |file: &Path| {
            let is_kind = is_rust(file) || !is_rust(path) && self.archives.is_empty();
            is_kind && !file.ends_with(MARK) && !is_of_another(assigned, file)
        };
        let mut files = self.files.iter().filter(|(file, _)| may_be(file));
        let ((file, bytes), None) = (files.next()?, files.next()) else {
            return None;
        };
        (assigned.exercise.files().len() == 1).then_some((file, bytes))
    }
}

/// The exercises that a mark names.
fn named_in(mark: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(mark);
    let ids = text
        .lines()
        .filter_map(|line| line.strip_prefix("exercise "));
    ids.map(|id| id.trim().to_owned()).collect()
}

/// The path of a file of an exercise, from the folder of all lessons.
fn in_lesson(assigned: &Assigned, path: &Path) -> PathBuf {
    Path::new(&assigned.lesson).join(path)
}

/// Returns whether a file is in the folder of another lesson.
fn is_of_another(assigned: &Assigned, file: &Path) -> bool {
    // In an archive, a path may begin with `.`, which would be the folder of all lessons.
    let is_lesson = |part: &Component<'_>| {
        matches!(part, Component::Normal(_)) && assigned.folder.with_file_name(part).is_dir()
    };
    let mut folders = file.parent().into_iter().flat_map(Path::components);
    let lesson = folders.rfind(is_lesson);
    lesson.is_some_and(|lesson| lesson.as_os_str() != assigned.lesson.as_str())
}

/// The exercise in `beside` to which `wanted` may be an answer, too.
fn may_be_of<'a>(beside: &[&'a Assigned], wanted: &Path, its: &Path) -> Option<&'a Assigned> {
    let is_one = |other: &&&Assigned| {
        let mut files = other.exercise.files().into_iter();
        files.any(|file| file.ends_with(wanted) && in_lesson(other, file) != its)
    };
    beside.iter().find(is_one).copied()
}

#[cfg(test)]
mod tests;
