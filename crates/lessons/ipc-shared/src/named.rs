//! Shared memory that a process can find by its name.
//!
//! Parent and child need no name: the child has the memory from its birth. Processes that have
//! nothing to do with each other need one, and POSIX keeps such names as files in /dev/shm, where
//! they outlive whoever made them: killed, it has left one for good. Here nothing is left. The
//! bytes are a file without a name (memfd), the name is the address of a socket that nobody writes
//! to, and the kernel takes back both when their process dies.

use std::fmt;
use std::fs::{File, OpenOptions, read_dir, read_link};
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::atomic::{AtomicU8, Ordering};

use multiprocess::{End, Mapping};
use nix::sys::memfd::{MFdFlags, memfd_create};

/// Some bytes in shared memory with a name. Zero at first.
///
/// Nothing keeps several processes apart who use them at a time: each single byte is whole, and
/// that is all. (Between relatives, [`Array`](crate::Array) has a lock.)
///
/// Drop by the process that created it, or its death, takes the name away; whoever is attached
/// keeps the bytes until they drop theirs.
///
/// Source: memfd_create(2); unix(7), "abstract"; shm_overview(7) has the other way.
#[derive(Debug)]
pub struct NamedMemory {
    bytes: Mapping,
    len: usize,
    /// The name and the file behind it, of the process that created it.
    _owned: Option<(End, End)>,
}

/// Why there is no memory of that name, or none can be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum NamedError {
    /// Nobody has created it, or whoever did has gone.
    NotFound(String),
    /// Somebody has created it, and lives.
    AlreadyExists(String),
    /// The name is empty, or longer than [`NamedMemory::MOST_NAME_BYTES`].
    BadName(String),
    /// The system refuses; also where 0 bytes were asked for.
    Os(io::Error),
}

impl fmt::Display for NamedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(name) => write!(f, "there is no shared memory '{name}'; create it"),
            Self::AlreadyExists(name) => {
                write!(
                    f,
                    "shared memory '{name}' exists; attach to it, or choose another name"
                )
            }
            Self::BadName(name) => write!(
                f,
                "'{name}' is no name for shared memory: 1 to {} bytes",
                NamedMemory::MOST_NAME_BYTES
            ),
            Self::Os(error) => write!(f, "no shared memory: {error}"),
        }
    }
}

impl std::error::Error for NamedError {}

impl From<io::Error> for NamedError {
    fn from(error: io::Error) -> Self {
        Self::Os(error)
    }
}

impl NamedMemory {
    /// The longest name.
    pub const MOST_NAME_BYTES: usize = 64;

    /// Creates `len_bytes` bytes of that name.
    ///
    /// # Errors
    /// [`NamedError`].
    pub fn create(name: &str, len_bytes: usize) -> Result<Self, NamedError> {
        let address = SocketAddr::from_abstract_name(title(name)?)?;
        // Only one process can have an address at a time; so nobody else gets past this line.
        let socket = UnixDatagram::bind_addr(&address).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => NamedError::AlreadyExists(name.to_owned()),
            _ => error.into(),
        })?;
        let file = memfd_create(&*title(name)?, MFdFlags::MFD_CLOEXEC).map_err(io::Error::from)?;
        let file = File::from(file);
        file.set_len(len_bytes as u64)?;
        let owned = (End::new(socket.into()), End::new(file.try_clone()?.into()));
        Self::of(&file, Some(owned))
    }

    /// The memory of that name, which another process has created (or this one).
    ///
    /// # Errors
    /// [`NamedError`]; `NotFound`, too, when it belongs to another user.
    pub fn attach(name: &str) -> Result<Self, NamedError> {
        let link = PathBuf::from(format!("/memfd:{} (deleted)", title(name)?));
        let path = find(&link).ok_or_else(|| NamedError::NotFound(name.to_owned()))?;
        let file = OpenOptions::new().read(true).write(true).open(path);
        // Its creator may go at any time, also now.
        Self::of(
            &file.map_err(|_gone| NamedError::NotFound(name.to_owned()))?,
            None,
        )
    }

    fn of(file: &File, owned: Option<(End, End)>) -> Result<Self, NamedError> {
        let len = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self {
            bytes: Mapping::of_file(file, len)?,
            len,
            _owned: owned,
        })
    }

    /// The bytes, for this process and all others that are attached.
    #[must_use]
    pub fn bytes(&self) -> &[AtomicU8] {
        let start = self.bytes.start().cast::<AtomicU8>();
        // SAFETY: the mapping has `len` bytes, as long as `self` lives. Any byte is an `AtomicU8`,
        // and all who are attached reach it as one. The file never gets shorter: nobody has it
        // but for this module.
        unsafe { slice::from_raw_parts(start.as_ptr(), self.len) }
    }

    /// Copies bytes in, from the place `at` on.
    ///
    /// # Panics
    /// When they go beyond the end.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        let places = &self.bytes()[at..at + bytes.len()];
        for (place, &byte) in places.iter().zip(bytes) {
            place.store(byte, Ordering::Relaxed);
        }
    }

    /// Copies `len` bytes out, from the place `at` on.
    ///
    /// # Panics
    /// When they go beyond the end.
    #[must_use]
    pub fn read(&self, at: usize, len: usize) -> Vec<u8> {
        let places = self.bytes()[at..at + len].iter();
        places.map(|place| place.load(Ordering::Relaxed)).collect()
    }
}

/// What the socket and the file are called.
fn title(name: &str) -> Result<String, NamedError> {
    let is_good = (1..=NamedMemory::MOST_NAME_BYTES).contains(&name.len()) && !name.contains('\0');
    match is_good {
        true => Ok(format!("shared-memory:{name}")),
        false => Err(NamedError::BadName(name.to_owned())),
    }
}

/// Where some process of this user has that file open.
fn find(link: &Path) -> Option<PathBuf> {
    let processes = read_dir("/proc").ok()?.flatten();
    let descriptors = processes.filter_map(|process| read_dir(process.path().join("fd")).ok());
    let mut paths = descriptors
        .flatten()
        .flatten()
        .map(|descriptor| descriptor.path());
    paths.find(|path| read_link(path).is_ok_and(|target| target == link))
}
