//! The two streams of a lesson: lines on standard output, one complaint on standard error.

use std::fmt::{self, Write};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::dup2_stdout;

use crate::failure;
use crate::record::record_line;

/// The longest line, including its newline: pipe(7) guarantees that it is written in one piece.
const LINE_BYTES: usize = 4096;

/// Set when the reader has gone; the run then goes on to its end in silence.
static SILENCED: AtomicBool = AtomicBool::new(false);

/// Set before `main`, by [`look_at_stdout`].
static STDOUT_CLOSED: AtomicBool = AtomicBool::new(false);

/// Prints and records one line; use [`say!`](crate::say).
pub fn write_line(line: fmt::Arguments<'_>) {
    let mut buffer = LineBuffer::new();
    // Never fails: a line that does not fit is cut.
    let _cut = buffer.write_fmt(line);
    // Recorded first, so that a process killed in between never shows a line without its event.
    record_line(buffer.text());
    print(buffer.end());
}

/// Records a line as printed by this thread; another thread will print it, by [`print_noted`].
pub fn note_line(line: &str) {
    record_line(&line[..line.floor_char_boundary(LINE_BYTES - 1)]);
}

/// Prints a line that was recorded by [`note_line`]. Blocks while a pipe on standard output is full.
pub fn print_noted(line: &str) {
    let mut buffer = LineBuffer::new();
    // Never fails: a line that does not fit is cut.
    let _cut = buffer.write_str(line);
    print(buffer.end());
}

/// Prints a line of any length, such as the result of a task, and records its beginning. A line
/// that [`say!`](crate::say) would cut is not written in one piece: other processes should not
/// print meanwhile.
pub fn write_long_line(line: &str) {
    if line.len() < LINE_BYTES {
        return write_line(format_args!("{line}"));
    }
    record_line(&line[..line.floor_char_boundary(LINE_BYTES - 1)]);
    print(format!("{line}\n").as_bytes());
}

fn print(line: &[u8]) {
    if is_silenced() {
        return;
    }
    if let Err(errno) = write_stdout(line) {
        silence(&errno.into());
    }
}

fn write_stdout(bytes: &[u8]) -> Result<(), Errno> {
    match STDOUT_CLOSED.load(Ordering::Relaxed) {
        true => Err(Errno::EBADF),
        false => write_all(libc::STDOUT_FILENO, bytes),
    }
}

/// Stops printing, and keeps the error unless it only means that the reader has gone.
fn silence(error: &io::Error) {
    SILENCED.store(true, Ordering::Relaxed);
    if error.kind() != io::ErrorKind::BrokenPipe {
        failure::keep(cannot_write(error));
    }
}

fn cannot_write(error: &io::Error) -> String {
    format!("cannot write to standard output: {error}; give it a terminal, a pipe or a file")
}

/// Writes the text that std's own `print!` has left in its buffer: before a `fork`, which would copy
/// it, and before an `_exit`, which would lose it. A failure is kept until the run ends. The text that
/// was not written is dropped, or each child would have a copy and would fail to write it or print it.
///
/// Blocks while a pipe on standard output is full.
pub fn flush_stdout() {
    // Before a fork, std's lock is free, or this very thread has it and may take it again: the caller has
    // checked that there is no other thread. (Elsewhere a target, a pool's task or a program may have left
    // one; if that keeps the lock, the target, task or program does not end.)
    let mut written = io::stdout().flush();
    while matches!(&written, Err(error) if error.kind() == io::ErrorKind::WouldBlock) {
        wait_for_room(io::stdout().as_fd());
        written = io::stdout().flush();
    }
    if let Err(error) = written {
        silence(&error);
        // It fails if no descriptor is free, and then the text stays.
        let _gone = drop_text();
    }
}

/// Lets std write its buffer to /dev/null, since std has no call to drop it. (Lines that this
/// process prints by [`write_line`] are silenced by now.)
fn drop_text() -> io::Result<()> {
    let nothing = File::options().write(true).open("/dev/null")?;
    let ours = io::stdout().as_fd().try_clone_to_owned()?;
    dup2_stdout(nothing)?;
    let written = io::stdout().flush();
    dup2_stdout(ours)?;
    written
}

/// In a new child: drops the parent's failure, which the parent reports itself.
pub(crate) fn forget_failure() {
    SILENCED.store(false, Ordering::Relaxed);
    let _parents = failure::take();
}

/// Whether standard output can no longer be used.
pub(crate) fn is_silenced() -> bool {
    SILENCED.load(Ordering::Relaxed)
}

/// Prints one line on standard error, in one write. If that fails, no reader is left.
pub fn complain(line: &str) {
    let _no_one_to_report_to = write_all(libc::STDERR_FILENO, format!("{line}\n").as_bytes());
}

/// Writes text that is not a line of the run, such as the help. An empty text only checks whether
/// standard output was closed when the program started.
///
/// # Errors
/// When standard output cannot be written; but a reader that has gone is no error.
pub fn print_text(text: &str) -> io::Result<()> {
    match write_stdout(text.as_bytes()) {
        Ok(()) | Err(Errno::EPIPE) => Ok(()),
        Err(errno) => {
            let error = io::Error::from(errno);
            Err(io::Error::new(error.kind(), cannot_write(&error)))
        }
    }
}

/// The number of columns of the terminal on standard output; `None` if it is not a terminal.
#[must_use]
pub fn terminal_columns() -> Option<usize> {
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: TIOCGWINSZ writes one `winsize` to where it is told to, and there is one.
    let failed = unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) };
    (failed == 0 && size.ws_col > 0).then_some(size.ws_col.into())
}

fn write_all(fd: libc::c_int, mut bytes: &[u8]) -> Result<(), Errno> {
    // SAFETY: descriptors 0, 1 and 2 are open all the time: std opens those that were closed
    // before `main` starts, and nothing here closes them.
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    while !bytes.is_empty() {
        match nix::unistd::write(fd, bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => wait_for_room(fd),
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// Another process has made the pipe or terminal non-blocking, and it is full: waits until it is not.
fn wait_for_room(fd: BorrowedFd<'_>) {
    let mut room = [PollFd::new(fd, PollFlags::POLLOUT)];
    let _try_again = poll(&mut room, PollTimeout::NONE);
}

/// A line on the stack, so that a child of `fork` can print without the allocator.
struct LineBuffer {
    bytes: [u8; LINE_BYTES],
    len: usize,
    cut: bool,
}

impl LineBuffer {
    fn new() -> Self {
        Self {
            bytes: [0; LINE_BYTES],
            len: 0,
            cut: false,
        }
    }

    fn text(&self) -> &str {
        // Only whole characters are copied in, so this never falls back.
        str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }

    fn end(&mut self) -> &[u8] {
        self.bytes[self.len] = b'\n';
        &self.bytes[..=self.len]
    }
}

impl Write for LineBuffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.cut {
            return Ok(());
        }
        let room = LINE_BYTES - 1 - self.len;
        let taken = text.floor_char_boundary(room);
        self.cut = taken < text.len();
        self.bytes[self.len..self.len + taken].copy_from_slice(&text.as_bytes()[..taken]);
        self.len += taken;
        Ok(())
    }
}

/// Runs before `main`, and before std: std opens /dev/null for a closed standard output, and a
/// lesson would then print to no reader without noticing.
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK_AT_STDOUT: extern "C" fn() = look_at_stdout;

extern "C" fn look_at_stdout() {
    // SAFETY: fcntl with F_GETFD takes any number and touches no memory.
    let flags = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) };
    STDOUT_CLOSED.store(flags == -1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_cut_at_a_character() {
        let mut buffer = LineBuffer::new();
        write!(buffer, "{}é and more", "x".repeat(LINE_BYTES - 2)).unwrap();
        assert_eq!(buffer.text().len(), LINE_BYTES - 2);
        assert_eq!(buffer.end().len(), LINE_BYTES - 1);
    }
}
