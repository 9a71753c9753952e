//! Stores bytes that are too long for a message: they lie in a file in memory, which a process and
//! its children share, and the message has their place in it.
//!
//! The file is made before the children, so they all have it, and it has no name. An entry stays
//! until its owner frees it, even if the processes that read it die.
//!
//! Source: memfd_create(2); fallocate(2), `FALLOC_FL_PUNCH_HOLE`; getrlimit(2), `RLIMIT_FSIZE`.

use std::collections::HashMap;
use std::io;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::fcntl::{FallocateFlags, fallocate};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::uio::{pread, pwrite};
use nix::unistd::ftruncate;

use crate::End;

/// Beyond this, nothing is put there before some is freed, except a single entry that is longer.
const MOST_BYTES: u64 = 64 << 20;

/// Entries begin at multiples of this. Every page size divides it, so no page has parts of two
/// entries.
const ALIGNMENT: u64 = 64 << 10;

/// The place of an entry in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The position of its first byte.
    pub at: u64,
    /// Its length.
    pub len_bytes: u64,
}

/// The file, for the processes that read it.
#[derive(Debug)]
pub struct ShelfReader(End);

/// The file, for the one process that writes it.
#[derive(Debug)]
pub struct Shelf {
    file: ShelfReader,
    /// The entries in it, by their keys.
    extents: HashMap<u64, Extent>,
    len_bytes: u64,
}

impl ShelfReader {
    /// Returns the bytes of an entry.
    ///
    /// # Errors
    /// When the file ends before the entry does, or the file stayed with another process.
    pub fn read(&self, extent: Extent) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; extent.len_bytes as usize];
        let mut read = 0;
        while read < bytes.len() {
            match pread(&self.0, &mut bytes[read..], extent.at as i64 + read as i64) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(more) => read += more,
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(bytes)
    }

    fn write(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        let mut written = 0;
        while written < bytes.len() {
            match pwrite(&self.0, &bytes[written..], at as i64 + written as i64) {
                Ok(more) => written += more,
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }
}

impl Shelf {
    /// An empty file.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    pub fn new() -> io::Result<Self> {
        // A write beyond the limit on file sizes has to fail, and must not kill this process.
        common::let_writes_fail();
        let file = End::new(memfd_create("shelf", MFdFlags::MFD_CLOEXEC)?);
        // For all children: they read at given positions, so no reader moves the position of another.
        file.share();
        Ok(Self {
            file: ShelfReader(file),
            extents: HashMap::new(),
            len_bytes: 0,
        })
    }

    /// Returns the file for a child that is to read it.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    pub fn reader(&self) -> io::Result<ShelfReader> {
        Ok(ShelfReader(self.file.0.try_clone()?))
    }

    /// Whether there is room for `bytes` more now. If the file is empty, there always is.
    #[must_use]
    pub fn has_room(&self, bytes: usize) -> bool {
        self.extents.is_empty() || self.len_bytes + bytes as u64 <= MOST_BYTES
    }

    /// Puts an entry into the file; `key` is the key with which it is freed.
    ///
    /// # Errors
    /// When the system has no memory, or the entry would exceed the limit on file sizes.
    pub fn put(&mut self, key: u64, bytes: &[u8]) -> io::Result<Extent> {
        let len_bytes = bytes.len() as u64;
        let extent = Extent {
            at: self.first_room(len_bytes),
            len_bytes,
        };
        self.extents.insert(key, extent);
        self.len_bytes += extent.len_bytes;
        let written = self.file.write(bytes, extent.at);
        if written.is_err() {
            self.free(key);
        }
        written.map(|()| extent)
    }

    /// The first position with enough room: between two entries, or after the last. So the file is not
    /// much longer than its entries, however long it is in use. (There are some tens of entries at most.)
    fn first_room(&self, len_bytes: u64) -> u64 {
        let mut extents: Vec<_> = self.extents.values().collect();
        extents.sort_unstable_by_key(|extent| extent.at);
        let mut at = 0;
        for taken in extents {
            if at + len_bytes <= taken.at {
                break;
            }
            at = (taken.at + taken.len_bytes).next_multiple_of(ALIGNMENT);
        }
        at
    }

    /// Frees the entry with this key, if there is one.
    #[inline]
    pub fn free(&mut self, key: u64) {
        if !self.extents.is_empty() {
            self.free_one(key);
        }
    }

    fn free_one(&mut self, key: u64) {
        let Some(extent) = self.extents.remove(&key) else {
            return;
        };
        self.len_bytes -= extent.len_bytes;
        if self.extents.is_empty() {
            self.clear();
            return;
        }
        let hole = FallocateFlags::FALLOC_FL_PUNCH_HOLE | FallocateFlags::FALLOC_FL_KEEP_SIZE;
        let len_bytes = extent.len_bytes.next_multiple_of(ALIGNMENT);
        // If it fails, the memory is freed when the file becomes empty.
        let _freed = fallocate(
            self.file.0.as_fd(),
            hole,
            extent.at as i64,
            len_bytes as i64,
        );
    }

    /// Frees all entries.
    pub fn clear(&mut self) {
        self.extents.clear();
        self.len_bytes = 0;
        let _freed = ftruncate(&self.file.0, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn blocks(shelf: &Shelf) -> u64 {
        let file = File::from(shelf.file.0.as_fd().try_clone_to_owned().unwrap());
        file.metadata().unwrap().blocks()
    }

    #[test]
    fn freed_room_takes_no_memory_and_leaves_the_rest_as_it_is() {
        let mut shelf = Shelf::new().unwrap();
        let bytes = |task: u64| vec![task as u8 + 1; (1 << 20) + 7 * task as usize];
        let extents: Vec<_> = (0..8)
            .map(|task| shelf.put(task, &bytes(task)).unwrap())
            .collect();
        let all = blocks(&shelf);
        for task in [1, 2, 5, 0] {
            shelf.free(task);
        }
        assert!(blocks(&shelf) <= all / 2 + 8, "{} of {all}", blocks(&shelf));
        for task in [3, 4, 6, 7] {
            assert!(shelf.file.read(extents[task as usize]).unwrap() == bytes(task));
            shelf.free(task);
            shelf.free(task); // nothing is left to be freed
        }
        assert_eq!((blocks(&shelf), shelf.len_bytes), (0, 0));
    }

    #[test]
    fn the_file_is_no_longer_than_the_most_that_lay_in_it_at_once() {
        let mut shelf = Shelf::new().unwrap();
        let bytes = |task: u64| vec![task as u8; 100_000 * (1 + task as usize % 3)];
        let mut extents = vec![];
        for task in 0..100 {
            extents.push(shelf.put(task, &bytes(task)).unwrap());
            if let Some(old) = task.checked_sub(4) {
                assert!(shelf.file.read(extents[old as usize]).unwrap() == bytes(old));
                shelf.free(old);
            }
        }
        let longest = extents.iter().map(|it| it.at + it.len_bytes).max();
        assert!(longest.unwrap() <= 10 * 327_680, "{longest:?}");
    }

    #[test]
    fn there_is_room_for_one_of_any_length_and_for_more_up_to_a_bound() {
        let mut shelf = Shelf::new().unwrap();
        assert!(shelf.has_room(usize::MAX));
        let _place = shelf.put(0, &[1; 1000]).unwrap();
        assert!(shelf.has_room(MOST_BYTES as usize - 1000));
        assert!(!shelf.has_room(MOST_BYTES as usize - 999));
        shelf.free(0);
        assert!(shelf.has_room(usize::MAX));
    }
}
