//! What a test leaves in /dev/shm, where the names of shared memory are.

use std::collections::BTreeSet;
use std::fs;

use crate::waiting::until_none;

/// The names in /dev/shm at one moment.
#[derive(Debug)]
pub struct DevShm(BTreeSet<String>);

impl DevShm {
    /// The names that are there now.
    ///
    /// # Panics
    /// When the system has no such folder.
    #[must_use]
    pub fn look() -> Self {
        let entries = fs::read_dir("/dev/shm").expect("/dev/shm can be read");
        let names = entries.flatten().map(|entry| entry.file_name());
        Self(names.map(|name| name.display().to_string()).collect())
    }

    /// Asserts that no name has come since. Other programs may have files there for a while, but
    /// not for long.
    ///
    /// # Panics
    /// With the names that have come and stay.
    #[track_caller]
    pub fn assert_nothing_new(&self) {
        until_none(|| Self::look().0.difference(&self.0).cloned().collect());
    }
}
