//! A zygote: a small copy of a program, forked early, that later forks children for the program.
//!
//! `fork` copies the page tables of its caller: with 256 MiB touched that takes about thirty times
//! as long as with a few. And a program with a second thread must not fork at all. A zygote is
//! forked first, while the program is small and has one thread, and only waits for orders to fork;
//! so its children cost as little as at the beginning.
//!
//! An order carries the child's end of a new line. Over that line the zygote reports how the child
//! begins (its process id, a pidfd) and ends, and the child reports its result.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;

use common::{EventId, decode, encode, lane, life};
use nix::sys::socket::MsgFlags;
use nix::unistd::Pid;

use crate::child::Forker;
use crate::line::{self, Received};
use crate::pidfd::open_or_kill;
use crate::readable::wait_readable;
use crate::reap::try_reap;
use crate::{Child, End, ends, parcel};

/// The program's handle of a zygote. The zygote ends when this and the handles of its children have
/// been dropped.
#[derive(Debug)]
pub struct Zygote(Arc<Forker>);

/// Why a zygote has not forked a child.
#[derive(Debug)]
pub enum NoChild {
    /// The zygote could not fork; its message. Or it has forked, but this process, at its limit on
    /// open files, had no descriptor to hold the child with: that child runs until the zygote ends.
    Refused(String),
    /// The order could not be sent or was not answered, perhaps because the zygote has ended.
    NotAsked(io::Error),
}

impl Zygote {
    /// The program's side of a zygote: `child` calls [`serve`] with the other end of `orders`.
    #[must_use]
    pub fn new(child: Child, orders: End) -> Self {
        Self(Arc::new(Forker { child, orders }))
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.0.child.pid()
    }

    /// Lets the zygote fork a child of that name, which receives `argument`. Blocks until the child
    /// has been forked. May be called from any thread.
    ///
    /// # Errors
    /// [`NoChild`].
    pub fn fork(&self, name: String, argument: &[u8]) -> Result<Child, NoChild> {
        let (line, childs_line) = line::pair().map_err(NoChild::NotAsked)?;
        let cause = life::forks(&name).to_bytes();
        let order = encode(&(cause, &name, argument));
        let order = order.map_err(|error| NoChild::NotAsked(io::Error::other(error)))?;
        // The child itself reads the order, which is sent before the child exists.
        line.send(&order).map_err(NoChild::NotAsked)?;
        parcel::send_with(&self.0.orders, &[], childs_line.as_fd()).map_err(NoChild::NotAsked)?;
        drop(childs_line);
        let mut report = None;
        loop {
            match line.recv(MsgFlags::empty()).map_err(NoChild::NotAsked)? {
                Some(Received::Started(pid, pidfd)) => {
                    let ends = (line, End::new(pidfd));
                    return Ok(Child::of_zygote(&self.0, (name, pid), ends, report));
                }
                // A quick child may report before the zygote does.
                Some(Received::Report(exit, result)) => report = Some((exit, result)),
                Some(Received::Refused(message)) => return Err(NoChild::Refused(message)),
                Some(Received::Ended(_)) | None => {
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
    /// The zygote's copy of the child's end of the line to the program.
    line: End,
}

/// Runs the zygote, until no process holds the other end of `orders`. `fork` forks a child, which
/// takes over its end of the line by [`take_over`].
///
/// # Errors
/// When the system refuses a wait.
pub fn serve(orders: &End, fork: impl Fn(&End) -> Result<Pid, String>) -> io::Result<()> {
    let mut children: Vec<Forked> = Vec::new();
    loop {
        let mut watched = vec![orders.as_fd()];
        watched.extend(children.iter().map(|child| child.pidfd.as_fd()));
        let ready = wait_readable(&watched, None)?.unwrap_or_default();
        let is_asked = ready.first().is_some_and(|&is_ready| is_ready);
        let mut ended = ready.iter().skip(1);
        children.retain(|child| ended.next() != Some(&true) || !report_end(child));
        if is_asked {
            let Some(order) = parcel::recv(orders, MsgFlags::empty())? else {
                return Ok(());
            };
            // At the limit on open files an order has lost its line. Then there is no one to report to.
            let line = order.fd.map(End::new);
            children.extend(line.and_then(|line| fork_once_more(line, &fork)));
        }
    }
}

/// Takes a child that has ended off the kernel's list and reports its end; returns false if it still runs.
fn report_end(child: &Forked) -> bool {
    match try_reap(child.pid) {
        Ok(None) => false,
        Ok(Some(status)) => {
            let _has_gone = line::send_ended(&child.line, status);
            true
        }
        Err(_) => true,
    }
}

/// Forks a child for the program at the other end of `line`, and reports it, or why there is none.
fn fork_once_more(line: End, fork: impl Fn(&End) -> Result<Pid, String>) -> Option<Forked> {
    let opened = |pid| match open_or_kill(pid) {
        Ok(pidfd) => Ok((pid, pidfd)),
        Err(error) => Err(format!(
            "cannot start a process: cannot open a pidfd: {error}"
        )),
    };
    match fork(&line).and_then(opened) {
        Ok((pid, pidfd)) => {
            // If the program has gone, no more orders come: this process ends, and the kernel then
            // ends the child.
            let _has_gone = line::send_started(&line, pid, &pidfd);
            Some(Forked { pid, pidfd, line })
        }
        Err(refused) => {
            let _has_gone = line::send_refused(&line, &refused);
            None
        }
    }
}

/// What a zygote's child has to do.
#[derive(Debug)]
pub struct Order {
    /// The event of the fork.
    pub fork: EventId,
    /// The encoded argument.
    pub argument: Vec<u8>,
}

/// In the zygote's child: closes every end except its own line, receives its order over that line,
/// and puts the process on a lane of its name.
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
