//! A submission as it comes: a folder, an archive, or a single file. Only the student's files are taken
//! out of it, by their names, into memory; nothing is unpacked, and no link is followed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;

use crate::place::{Assigned, Course};
use crate::practice::MARK;

/// The longest file that is taken.
const MOST_BYTES: u64 = 256 << 10;
/// How many files a submission may have, and how many bytes of an archive are read.
const MOST_FILES: usize = 20_000;
const MOST_READ: u64 = 256 << 20;
/// How deep its folders may be nested.
const DEEPEST: usize = 12;

/// Files of a submission that may matter, by their paths in it.
#[derive(Debug, Default)]
pub(crate) struct Submission {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Submission {
    /// Reads what is at `path`. The errors are words for the student.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let failed = |error: io::Error| format!("it cannot be read: {error}");
        let kind = fs::symlink_metadata(path).map_err(failed)?;
        let mut submission = Self::default();
        if kind.is_dir() {
            submission.read_folder(path, Path::new(""), &mut 0)?;
        } else if kind.is_file() {
            submission.read_file(path)?;
        } else {
            return Err("it is neither a file nor a folder".to_owned());
        }
        match submission.files.is_empty() {
            true => Err("there is no file in it that could be an answer".to_owned()),
            false => Ok(submission),
        }
    }

    fn read_folder(
        &mut self,
        folder: &Path,
        inside: &Path,
        seen: &mut usize,
    ) -> Result<(), String> {
        if inside.components().count() > DEEPEST {
            return Err(format!("its folders are nested more than {DEEPEST} deep"));
        }
        let failed = |error: io::Error| format!("{} cannot be read: {error}", inside.display());
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            *seen += 1;
            if *seen > MOST_FILES {
                return Err(format!("it has more than {MOST_FILES} files"));
            }
            let (name, kind) = (
                inside.join(entry.file_name()),
                entry.file_type().map_err(failed)?,
            );
            if kind.is_dir() && entry.file_name() != "target" {
                self.read_folder(&entry.path(), &name, seen)?;
            } else if kind.is_file() && is_wanted(&name) {
                let file = File::open(entry.path()).map_err(failed)?;
                self.take(name, file)?;
            }
        }
        Ok(())
    }

    fn read_file(&mut self, path: &Path) -> Result<(), String> {
        let failed = |error: io::Error| format!("it cannot be read: {error}");
        let mut begin = [0; 4];
        let mut file = File::open(path).map_err(failed)?;
        let length = file.read(&mut begin).map_err(failed)?;
        let file = File::open(path).map_err(failed)?;
        let name = path.file_name().unwrap_or_default();
        match &begin[..length] {
            [b'P', b'K', 3, 4] => self.read_zip(file),
            [0x1f, 0x8b, ..] => self.read_tar(GzDecoder::new(file)),
            _ if name.to_string_lossy().ends_with(".tar") => self.read_tar(file),
            _ => self.take(PathBuf::from(name), file),
        }
    }

    fn read_zip(&mut self, file: File) -> Result<(), String> {
        let broken = |error: zip::result::ZipError| format!("the archive is damaged: {error}");
        let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
        if archive.len() > MOST_FILES {
            return Err(format!("it has more than {MOST_FILES} files"));
        }
        for number in 0..archive.len() {
            let entry = archive.by_index(number).map_err(broken)?;
            let Some(name) = entry.enclosed_name() else {
                continue;
            };
            if entry.is_file() && !entry.is_symlink() && is_wanted(&name) {
                self.take(name, entry)?;
            }
        }
        Ok(())
    }

    fn read_tar(&mut self, stream: impl Read) -> Result<(), String> {
        let broken = |error: io::Error| format!("the archive is damaged: {error}");
        let mut archive = tar::Archive::new(stream.take(MOST_READ));
        for (number, entry) in archive.entries().map_err(broken)?.enumerate() {
            let entry = entry.map_err(broken)?;
            if number > MOST_FILES {
                return Err(format!("it has more than {MOST_FILES} files"));
            }
            let name = entry.path().map_err(broken)?.into_owned();
            if entry.header().entry_type().is_file() && is_wanted(&name) {
                self.take(name, entry)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, name: PathBuf, file: impl Read) -> Result<(), String> {
        let mut bytes = Vec::new();
        let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("{} cannot be read: {error}", name.display()))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(format!(
                "{} is longer than {} KiB",
                name.display(),
                MOST_BYTES >> 10
            ));
        }
        self.files.insert(name, bytes);
        Ok(())
    }

    /// The exercises that it says it is of, in the mark of a practice copy or a handout.
    pub(crate) fn exercises<'a>(&self, course: &'a Course) -> Vec<&'a Assigned> {
        let marks = self.files.iter().filter(|(path, _)| path.ends_with(MARK));
        let Some((_, text)) = marks.min_by_key(|(path, _)| path.components().count()) else {
            return Vec::new();
        };
        let text = String::from_utf8_lossy(text);
        let ids = text
            .lines()
            .filter_map(|line| line.strip_prefix("exercise "));
        ids.filter_map(|id| course.exercise(id.trim()).ok())
            .collect()
    }

    /// The text of one of the student's files: at its path in the lesson's folder, wherever that folder
    /// is in the submission; or, where the exercise has one file only, the only file there is.
    pub(crate) fn file(&self, assigned: &Assigned, path: &Path) -> Result<String, String> {
        let in_lesson = Path::new(&assigned.lesson).join(path);
        let name = Path::new(path.file_name().unwrap_or_default());
        let is_rust = |path: &Path| path.extension() == Some("rs".as_ref());
        let found = [in_lesson.as_path(), path, name]
            .into_iter()
            .find_map(|wanted| {
                let mut its = self.files.iter().filter(|(file, _)| file.ends_with(wanted));
                its.next().map(|first| (first, its.next()))
            });
        let only_one = assigned.exercise.files().len() == 1 && self.files.len() == 1;
        let bytes = match found {
            Some(((one, _), Some((other, _)))) => {
                let (one, other) = (one.display(), other.display());
                return Err(format!(
                    "it has two files for {}: {one} and {other}",
                    path.display()
                ));
            }
            Some(((_, bytes), None)) => bytes,
            None if only_one => match self.files.iter().next() {
                Some((file, bytes)) if is_rust(file) || !is_rust(path) => bytes,
                _ => return Err(format!("there is no {} in it", path.display())),
            },
            None => return Err(format!("there is no {} in it", path.display())),
        };
        String::from_utf8(bytes.clone())
            .map_err(|_| format!("{} is no text in UTF-8", path.display()))
    }
}

/// Files that may be an answer: Rust, and text.
fn is_wanted(name: &Path) -> bool {
    let is_plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    let is_text = matches!(
        name.extension().and_then(|end| end.to_str()),
        Some("rs" | "txt")
    );
    is_text && name.components().all(is_plain)
}
