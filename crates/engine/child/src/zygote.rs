//! A zygote: a small copy of a program, made early, that forks on its behalf later.
//!
//! `fork` copies the page tables of its caller: with 256 MiB touched that takes about thirty times
//! as long as with a few. And a program with a second thread must not fork at all. A zygote is
//! forked first, while the program is small and has one thread, and does nothing but wait for
//! orders to fork once more; so its children cost what they cost at the beginning.
//!
//! An order carries the child's end of a new line. How the child begins (its id, a pidfd) and how
//! it ends, the zygote tells over that line, and the child reports over it.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;

use common::{EventId, decode, encode, lane, life};
use nix::sys::socket::MsgFlags;
use nix::unistd::Pid;

use crate::child::Forker;
use crate::line::{self, Heard};
use crate::pidfd::open_or_kill;
use crate::readable::wait_readable;
use crate::reap::try_reap;
use crate::{Child, End, ends, parcel};

/// The zygote as the program holds it. It ends when this and the handles of its children have been
/// dropped.
#[derive(Debug)]
pub struct Zygote(Arc<Forker>);

/// Why a zygote has forked no child.
#[derive(Debug)]
pub enum NoChild {
    /// It could not, in its words. Or it has, but at the limit on open files of this process, which had
    /// no descriptor to hold the child with: it runs until the zygote ends.
    Refused(String),
    /// It could not be asked: it has ended, perhaps.
    NotAsked(io::Error),
}

impl Zygote {
    /// The program's side of a zygote: a child that calls [`serve`] with the other end of `orders`.
    #[must_use]
    pub fn new(child: Child, orders: End) -> Self {
        Self(Arc::new(Forker { child, orders }))
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.0.child.pid()
    }

    /// Has a child of that name forked, which takes `argument` over. Blocks until it has been
    /// forked. May be called from any thread.
    ///
    /// # Errors
    /// [`NoChild`].
    pub fn fork(&self, name: String, argument: &[u8]) -> Result<Child, NoChild> {
        let (line, childs_line) = line::pair().map_err(NoChild::NotAsked)?;
        let cause = life::forks(&name).to_bytes();
        let order = encode(&(cause, &name, argument));
        let order = order.map_err(|error| NoChild::NotAsked(io::Error::other(error)))?;
        // The child reads it itself. It is on its way before the child exists.
        line.send(&order).map_err(NoChild::NotAsked)?;
        parcel::send_with(&self.0.orders, &[], childs_line.as_fd()).map_err(NoChild::NotAsked)?;
        drop(childs_line);
        let mut report = None;
        loop {
            match line.recv(MsgFlags::empty()).map_err(NoChild::NotAsked)? {
                Some(Heard::Started(pid, pidfd)) => {
                    let ends = (line, End::new(pidfd));
                    return Ok(Child::of_zygote(&self.0, (name, pid), ends, report));
                }
                // A quick child may have come before the zygote.
                Some(Heard::Report(exit, result)) => report = Some((exit, result)),
                Some(Heard::Refused(message)) => return Err(NoChild::Refused(message)),
                Some(Heard::Ended(_)) | None => {
                    return Err(NoChild::NotAsked(io::ErrorKind::BrokenPipe.into()));
                }
            }
        }
    }
}

/// A child of the zygote that has not ended yet.
struct Forked {
    pid: Pid,
    pidfd: End,
    /// Our copy of its end of the line to the program.
    line: End,
}

/// All that the zygote does, until no process holds the other end of `orders`. `fork` forks a
/// child, which takes over its end of the line by [`take_over`].
///
/// # Errors
/// When the system refuses to wait.
pub fn serve(orders: &End, fork: impl Fn(&End) -> Result<Pid, String>) -> io::Result<()> {
    let mut children: Vec<Forked> = Vec::new();
    loop {
        let mut watched = vec![orders.as_fd()];
        watched.extend(children.iter().map(|child| child.pidfd.as_fd()));
        let ready = wait_readable(&watched, None)?.unwrap_or_default();
        let is_asked = ready.first().is_some_and(|&is_ready| is_ready);
        let mut ended = ready.iter().skip(1);
        children.retain(|child| ended.next() != Some(&true) || !tell_end(child));
        if is_asked {
            let Some(order) = parcel::recv(orders, MsgFlags::empty())? else {
                return Ok(());
            };
            // An order has lost its line at the limit on open files. Then no program can be told.
            let line = order.fd.map(End::new);
            children.extend(line.and_then(|line| fork_once_more(line, &fork)));
        }
    }
}

/// Takes an ended child off the kernel's list and tells how it ended; returns whether it had.
fn tell_end(child: &Forked) -> bool {
    match try_reap(child.pid) {
        Ok(None) => false,
        Ok(Some(status)) => {
            let _has_gone = line::tell_ended(&child.line, status);
            true
        }
        Err(_) => true,
    }
}

/// Forks a child for the program at the other end of `line`, and tells it so, or why not.
fn fork_once_more(line: End, fork: impl Fn(&End) -> Result<Pid, String>) -> Option<Forked> {
    let opened = |pid| match open_or_kill(pid) {
        Ok(pidfd) => Ok((pid, pidfd)),
        Err(error) => Err(format!(
            "cannot start a process: cannot open a pidfd: {error}"
        )),
    };
    match fork(&line).and_then(opened) {
        Ok((pid, pidfd)) => {
            // If the program has gone, no more orders come: this process ends, and the kernel ends the
            // child with it.
            let _has_gone = line::tell_started(&line, pid, &pidfd);
            Some(Forked { pid, pidfd, line })
        }
        Err(refused) => {
            let _has_gone = line::tell_refused(&line, &refused);
            None
        }
    }
}

/// What a zygote's child is to do.
#[derive(Debug)]
pub struct Order {
    /// The event of the fork.
    pub fork: EventId,
    /// The bytes of its argument.
    pub argument: Vec<u8>,
}

/// In the zygote's child: closes every end but that of its own line, over which it receives its
/// order, and puts the process on a lane of its name.
///
/// # Errors
/// When the program has gone, or the system refuses.
pub fn take_over(line: &End) -> io::Result<Order> {
    let mut held = ends::take_inherited();
    let ours = held.remove(&line.id());
    ends::close_for_good(held.into_values())?;
    ends::take(line.id(), ours.ok_or(io::ErrorKind::NotFound)?);
    let order = parcel::recv(line, MsgFlags::empty())?;
    let order = order.ok_or(io::ErrorKind::UnexpectedEof)?.bytes;
    let (fork, name, argument): ([u8; 8], String, _) = decode(&order).map_err(io::Error::other)?;
    lane::enter(name);
    let fork = EventId::from_bytes(fork);
    Ok(Order { fork, argument })
}
