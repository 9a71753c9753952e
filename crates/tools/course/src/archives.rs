//! Reads the archives in which students hand in: zip, and tar with or without gzip. Nothing is
//! unpacked: the files that may be an answer are passed on one by one, and the names of archives in it;
//! the others are skipped.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;
use zip::result::ZipError;

use crate::unread::Unread;

/// The most files in a submission.
pub(crate) const MOST_FILES: usize = 20_000;
/// The most bytes of a tar archive that are skipped, because they may be build results.
const MOST_SKIPPED: u64 = 8 << 30;
/// The most bytes that a tar archive may have beside the contents of one file, such as a long name;
/// then the longest list of files in a zip archive. The parsers keep both in memory.
const MOST_HEADER: u64 = 1 << 20;
const MOST_LISTED: u64 = 64 << 20;

/// Takes a file: its name and its contents.
pub(crate) type Take<'a> = dyn FnMut(PathBuf, io::Result<&mut dyn Read>) -> Result<(), Unread> + 'a;

/// The first bytes of archives that are not read: 7z, rar, bzip2, xz, zstd.
const OTHERS: [&[u8]; 5] = [
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
];

/// Passes the files in an archive on; returns `false` if the file is no archive.
pub(crate) fn read(path: &Path, take: &mut Take<'_>) -> Result<bool, Unread> {
    let failed = |error: io::Error| Unread::of("it", &error);
    let mut file = File::open(path).map_err(failed)?;
    let mut begin = Vec::new();
    (&file)
        .take(512)
        .read_to_end(&mut begin)
        .and_then(|_| file.rewind())
        .map_err(failed)?;
    let is_tar =
        || begin.get(257..262) == Some(b"ustar") || path.extension() == Some("tar".as_ref());
    match &begin[..] {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => zip(file, take)?,
        [0x1f, 0x8b, ..] => tar(GzDecoder::new(BufReader::new(file)), take)?,
        _ if is_tar() => tar(BufReader::new(file), take)?,
        begin if OTHERS.iter().any(|other| begin.starts_with(other)) => {
            return Err("it is an archive, but no .zip, .tar or .tar.gz"
                .to_owned()
                .into());
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn zip(file: File, take: &mut Take<'_>) -> Result<(), Unread> {
    let left = Cell::new(MOST_LISTED);
    let stream = Bounded {
        stream: BufReader::new(file),
        left: &left,
    };
    let mut archive = zip::ZipArchive::new(stream).map_err(|error| match (left.get(), error) {
        (0, _) => format!("its list of files is longer than {} MiB", MOST_LISTED >> 20).into(),
        (_, ZipError::Io(error)) if error.raw_os_error().is_some() => Unread::of("it", &error),
        (_, error) => Unread::Content(format!("the archive is damaged: {error}")),
    })?;
    left.set(u64::MAX);
    // Some programs of Windows write paths with `\`.
    let plain = |name: &str| name.replace('\\', "/");
    let is_own = |name: &&str| !is_built(Path::new(&plain(name)));
    if archive.file_names().filter(is_own).count() > MOST_FILES {
        return Err(format!("it has more than {MOST_FILES} files").into());
    }
    for number in 0..archive.len() {
        let name = plain(archive.name_for_index(number).unwrap_or_default());
        if name.ends_with('/') || !is_taken(Path::new(&name)) {
            continue;
        }
        match archive.by_index(number) {
            Ok(entry) if entry.is_symlink() => take(name.into(), Err(a_link()))?,
            Ok(mut entry) => take(name.into(), Ok(&mut entry))?,
            Err(error) => take(name.into(), Err(io::Error::other(error)))?,
        }
    }
    Ok(())
}

fn tar(stream: impl Read, take: &mut Take<'_>) -> Result<(), Unread> {
    let left = Cell::new(0);
    let mut archive = tar::Archive::new(Bounded {
        stream,
        left: &left,
    });
    let broken = |error: io::Error| broken_tar(left.get(), &error);
    let mut entries = archive.entries().map_err(broken)?;
    let (mut seen, mut rest, mut stored) = (0, MOST_SKIPPED, 0);
    loop {
        // The next call skips what is stored of the last file, and reads a header.
        let most = rest.min(MOST_HEADER.saturating_add(stored));
        left.set(most);
        let Some(entry) = entries.next() else {
            return Ok(());
        };
        let mut entry = entry.map_err(broken)?;
        rest -= most - left.get();
        left.set(rest);
        let (kind, name) = (
            entry.header().entry_type(),
            entry.path().map_err(broken)?.into_owned(),
        );
        // Of a file with holes, less is stored than its size.
        stored = match kind.is_gnu_sparse() {
            true => entry.header().entry_size().map_err(broken)?,
            false => entry.size(),
        };
        seen += usize::from(!is_built(&name));
        if seen > MOST_FILES {
            return Err(format!("it has more than {MOST_FILES} files").into());
        }
        match is_taken(&name) {
            true if kind.is_file() => take(name, Ok(&mut entry))?,
            true if kind.is_symlink() || kind.is_hard_link() => take(name, Err(a_link()))?,
            _ => {}
        }
        rest = left.get();
    }
}

fn broken_tar(left: u64, error: &io::Error) -> Unread {
    match (left, error.raw_os_error()) {
        (0, _) => format!(
            "the archive is longer than {} GiB, or the name of a file than {} MiB",
            MOST_SKIPPED >> 30,
            MOST_HEADER >> 20
        )
        .into(),
        (_, Some(_)) => Unread::of("it", error),
        (_, None) => format!("the archive is damaged: {error}").into(),
    }
}

/// The error of a file that is a link.
pub(crate) fn a_link() -> io::Error {
    io::Error::other("it is a link, and no link is followed")
}

/// A stream of which no more than `left` is read; more is an error.
struct Bounded<'a, R> {
    stream: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left.get()).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        if most == 0 && !buffer.is_empty() {
            return Err(io::Error::other("it is too long"));
        }
        let read = self.stream.read(&mut buffer[..most])?;
        self.left.set(self.left.get() - read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Bounded<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.stream.seek(to)
    }
}

/// The ends of the names of archives, also of those that are not read.
const ENDS: [&str; 9] = [
    ".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar", ".tar.bz2", ".tar.xz", ".tar.zst",
];

/// Returns whether a file has the name of an archive.
pub(crate) fn is_named_as_one(name: &Path) -> bool {
    let text = name.to_string_lossy().to_lowercase();
    ENDS.iter().any(|end| text.ends_with(end)) && !is_added(name)
}

/// Returns whether a file in an archive is passed on: it may be an answer, or is an archive itself.
fn is_taken(name: &Path) -> bool {
    is_wanted(name) || is_named_as_one(name)
}

/// Returns whether a path belongs to build results of cargo.
fn is_built(name: &Path) -> bool {
    name.components().any(|part| part.as_os_str() == "target")
}

/// Returns whether a file may be an answer: Rust or text.
pub(crate) fn is_wanted(name: &Path) -> bool {
    let is_text = matches!(
        name.extension().and_then(|end| end.to_str()),
        Some("rs" | "txt")
    );
    is_text && !is_added(name)
}

/// Returns whether a file is none that the student has written: macOS adds a file `._NAME` beside each
/// file, or puts these into a folder `__MACOSX`, and cargo has a folder of build results.
fn is_added(name: &Path) -> bool {
    let is_plain = |part: Component<'_>| match part {
        Component::Normal(part) => part != "__MACOSX",
        part => part == Component::CurDir,
    };
    let file = name.file_name().unwrap_or_default();
    let is_of_macos = file.as_encoded_bytes().starts_with(b"._");
    is_of_macos || is_built(name) || !name.components().all(is_plain)
}
