//! The key that all peers of a cluster share: 32 random bytes, in a file that only its owner can read.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// The longest key or password in a file: a broker takes no longer password at the login.
const SECRET_BYTES: usize = 1024;

/// The secret that a peer has to know. It is never printed, and never a word of a command line.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key of a cluster on one machine, which is closed to other machines instead.
    pub(crate) fn none() -> Self {
        Self([0; 32])
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::none()
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Writes a new key into a new file, which only its owner can read.
    pub(crate) fn create(path: &Path) -> Result<(), String> {
        let failed = |error| format!("cannot make the key file {}: {error}", path.display());
        let mut bytes = [0; 32];
        let mut random = File::open("/dev/urandom").map_err(failed)?;
        random.read_exact(&mut bytes).map_err(failed)?;
        let mut text = String::new();
        for byte in bytes {
            // Writing to a string cannot fail.
            let _fits = write!(text, "{byte:02x}");
        }
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(failed)?;
        file.write_all(format!("{text}\n").as_bytes())
            .and_then(|()| file.sync_all())
            .inspect_err(|_| {
                // A part of a key is useless, and would make the next try fail.
                let _gone = fs::remove_file(path);
            })
            .map_err(failed)
    }

    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let wrong = || format!("{shown} holds no key: `cluster key FILE` makes one");
        Self::parse(read_secret(path)?.trim()).ok_or_else(wrong)
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
        }
        let key = Self(bytes);
        (!key.is_none()).then_some(key)
    }
}

/// Returns the text of a file without the end of its line, if no one but its owner can read it.
pub(crate) fn read_secret(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let failed = |error| {
        format!("cannot read the key file {shown}: {error}; `cluster key {shown}` makes one")
    };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.mode();
    if mode & 0o077 != 0 {
        return Err(format!(
            "others can read the key file {shown} (mode {:03o}): run `chmod 600 {shown}`, or \
             make a new key if one of them may have",
            mode & 0o777
        ));
    }
    let mut text = String::new();
    // Another file may be of any length.
    let mut most = file.take(SECRET_BYTES as u64 + 1);
    most.read_to_string(&mut text).map_err(failed)?;
    if text.len() > SECRET_BYTES {
        return Err(format!(
            "{shown} is longer than {SECRET_BYTES} bytes, and holds no key or password"
        ));
    }
    // The end of the line is not a part of it, and a space may be.
    text.truncate(text.trim_end_matches(['\n', '\r']).len());
    Ok(text)
}

#[cfg(test)]
mod tests {
    use lesson_test::Folder;

    use super::*;

    /// A long password is not cut, which would look like a wrong one.
    #[test]
    fn a_secret_is_read_whole_or_refused() {
        let folder = Folder::new();
        let path = folder.path("password");
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(true).mode(0o600);
        for (length, is_read) in [(1, true), (SECRET_BYTES - 1, true), (SECRET_BYTES, false)] {
            let text = "x".repeat(length - 1) + " ";
            let mut file = options.open(&path).unwrap();
            file.write_all(format!("{text}\n").as_bytes()).unwrap();
            let read = read_secret(&path).ok();
            assert_eq!(read, is_read.then_some(text), "{length}");
        }
    }
}
