//! Writes files so that an existing one is replaced only by a complete one.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Where to write a text.
#[derive(Debug)]
pub(crate) enum Place {
    /// A regular file, or a new name (links are followed): written to a file beside it, then renamed.
    Beside(PathBuf),
    /// Standard output, a fifo or a device: written directly, so what is written cannot be taken back.
    Direct(PathBuf),
}

impl Place {
    /// Checks whether `path` can be written, without changing anything there.
    pub(crate) fn find(path: &Path) -> io::Result<Self> {
        if leads_to_a_descriptor(path) {
            return Ok(Self::Direct(path.to_owned()));
        }
        match fs::metadata(path) {
            Ok(known) if known.is_file() || known.is_dir() => {
                // Follows links: the file is replaced, and not the link. For a directory, `open` fails.
                drop(File::options().write(true).open(path)?);
                Ok(Self::Beside(fs::canonicalize(path)?))
            }
            Ok(_) => Ok(Self::Direct(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let path = new_name(path).ok_or(error)?;
                drop(File::create_new(&path)?);
                fs::remove_file(&path)?;
                Ok(Self::Beside(path))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes the text. If that fails, a file that was there before is unchanged (`Beside`).
    pub(crate) fn write(&self, text: &[u8]) -> io::Result<()> {
        match self {
            Self::Direct(path) => {
                let mut file = File::options().append(true).open(path)?;
                file.write_all(text)
            }
            Self::Beside(path) => {
                let beside = beside(path);
                let written = write_new(&beside, path, text);
                let replaced = written.and_then(|()| fs::rename(&beside, path));
                if replaced.is_err() {
                    // The file may never have been created.
                    let _gone = fs::remove_file(&beside);
                }
                replaced
            }
        }
    }
}

fn write_new(beside: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    // Must be a new file: another user could have put a link to somewhere else under this name.
    let _left_by_one_of_our_number = fs::remove_file(beside);
    let mut file = File::create_new(beside)?;
    if let Ok(known) = fs::metadata(path) {
        file.set_permissions(known.permissions())?;
    }
    file.write_all(text)
}

/// A name in the same directory, so that the file is on the same file system.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    // Does not contain the file's name, because a long one would leave no room for more.
    name.push(format!("timeline-{}.part", common::pid()));
    path.with_file_name(name)
}

/// Whether the path leads to a descriptor, such as `/dev/stdout` or `/dev/fd/3`.
fn leads_to_a_descriptor(path: &Path) -> bool {
    let is_in_proc = |path: PathBuf| path.starts_with("/proc");
    let folder = path.parent().map(fs::canonicalize);
    let is_link_to_one = fs::read_link(path).is_ok_and(is_in_proc);
    is_link_to_one || folder.is_some_and(|folder| folder.is_ok_and(is_in_proc))
}

/// Whether two paths lead to the same file, or would if it were created.
pub(crate) fn is_one_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        // Two texts may go to the same terminal or pipe, one after the other.
        (Ok(known), Ok(_)) if !known.is_file() => one == other,
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        (Err(_), Err(_)) => {
            one == other || new_name(one).is_some_and(|name| Some(name) == new_name(other))
        }
        _ => false,
    }
}

/// The folder and name under which a file would be created, after all links.
fn new_name(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_owned();
    // The kernel follows 40 links at most.
    for _ in 0..40 {
        let folder = match path.parent()? {
            here if here.as_os_str().is_empty() => Path::new("."),
            folder => folder,
        };
        let name = fs::canonicalize(folder).ok()?.join(path.file_name()?);
        match fs::read_link(&name) {
            Ok(link) => path = name.with_file_name(link),
            Err(_) => return Some(name),
        }
    }
    None
}
