//! Files that are replaced only by finished ones.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Where a text is to be written when there is one.
#[derive(Debug)]
pub(crate) enum Place {
    /// A regular file, or a name that no file has yet, also at the end of links: written beside it, then renamed.
    Beside(PathBuf),
    /// Standard output, a fifo, a device: it keeps its name, and what is written is written.
    Direct(PathBuf),
}

impl Place {
    /// Looks whether `path` can be written, and changes nothing there.
    pub(crate) fn find(path: &Path) -> io::Result<Self> {
        if leads_to_a_descriptor(path) {
            return Ok(Self::Direct(path.to_owned()));
        }
        match fs::metadata(path) {
            Ok(known) if known.is_file() || known.is_dir() => {
                // Behind a link, the file is replaced and not the link. A directory fails here.
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

    /// Writes the text. When that fails, a file that was there is as it was.
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
                    // It may not have come into being.
                    let _gone = fs::remove_file(&beside);
                }
                replaced
            }
        }
    }
}

fn write_new(beside: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    // New, so that it is no link of another user's to somewhere else.
    let _left_by_one_of_our_number = fs::remove_file(beside);
    let mut file = File::create_new(beside)?;
    if let Ok(known) = fs::metadata(path) {
        file.set_permissions(known.permissions())?;
    }
    file.write_all(text)
}

/// A name in the same directory, and so on the same file system.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    // A long name has no room for more.
    name.push(format!("timeline-{}.part", common::pid()));
    path.with_file_name(name)
}

/// `/dev/stdout`, `/dev/fd/3`: what has no name of its own.
fn leads_to_a_descriptor(path: &Path) -> bool {
    let is_in_proc = |path: PathBuf| path.starts_with("/proc");
    let folder = path.parent().map(fs::canonicalize);
    let is_link_to_one = fs::read_link(path).is_ok_and(is_in_proc);
    is_link_to_one || folder.is_some_and(|folder| folder.is_ok_and(is_in_proc))
}

/// Whether two paths lead to one file, or would when it is made.
pub(crate) fn is_one_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        // Into a terminal or a pipe two texts may go, one after the other.
        (Ok(known), Ok(_)) if !known.is_file() => one == other,
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        (Err(_), Err(_)) => {
            one == other || new_name(one).is_some_and(|name| Some(name) == new_name(other))
        }
        _ => false,
    }
}

/// The folder and the name of a file that is not there yet: also at the end of links.
fn new_name(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_owned();
    // As many links as the system follows.
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
