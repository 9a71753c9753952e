//! Makes a folder or a file in one step: it is built beside its place and moved there, so that a command
//! that fails or is interrupted leaves nothing incomplete at the place.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::checkout::MARK;
use crate::failed::Failed;

/// Makes the folder `path`, which must not exist, or must be empty. `build` fills another folder, which
/// is then moved there. Returns the path of the folder without links.
pub(crate) fn make(
    path: &Path,
    build: impl FnOnce(&Path) -> Result<(), Failed>,
) -> Result<PathBuf, Failed> {
    is_free(path)?;
    let failed = |error: io::Error| format!("{}: {error}", path.display());
    let whole = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    let whole = whole.map_err(failed)?;
    let new = beside(&whole);
    if new.exists() {
        // An earlier command was interrupted.
        fs::remove_dir_all(&new).map_err(failed)?;
    }
    build(&new)
        .and_then(|()| Ok(moved(&new, &whole).map_err(failed)?))
        .inspect_err(|_| drop(fs::remove_dir_all(&new)))?;
    Ok(fs::canonicalize(&whole).map_err(failed)?)
}

/// Writes a file, or leaves the one that is there unchanged.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Failed> {
    let new = beside(file);
    let written = fs::write(&new, text).and_then(|()| fs::rename(&new, file));
    let failed = |error: io::Error| format!("{}: {error}", file.display());
    Ok(written
        .inspect_err(|_| drop(fs::remove_file(&new)))
        .map_err(failed)?)
}

/// The place where something new is built: `.NAME.new`.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    path.with_file_name(name)
}

/// Checks whether a folder can be made: it does not exist, or it is empty.
fn is_free(path: &Path) -> Result<(), Failed> {
    match fs::read_dir(path).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => Err(format!("{} exists already, and is not touched", path.display()).into()),
    }
}

/// Moves the contents of `new` to `path`, which may be an empty folder in use. The mark comes last.
fn moved(new: &Path, path: &Path) -> io::Result<()> {
    if !path.exists() {
        return fs::rename(new, path);
    }
    for entry in fs::read_dir(new)? {
        let entry = entry?;
        if entry.file_name() != MARK {
            fs::rename(entry.path(), path.join(entry.file_name()))?;
        }
    }
    fs::rename(new.join(MARK), path.join(MARK))?;
    fs::remove_dir(new)
}
