//! What the zygote does: forks when it is told to, and tells how its children end.

use std::io;
use std::os::fd::AsFd;

use borsh::BorshDeserialize;
use common::{DecodeError, EventId, Message, decode, lane};
use nix::sys::socket::MsgFlags;
use nix::unistd::Pid;

use crate::birth::{self, Job};
use crate::exit::try_reap;
use crate::fork::fork_child;
use crate::pidfd::open_or_kill;
use crate::wait::wait_readable;
use crate::{Outcome, line};
use child::{End, ends, parcel};

/// A child of the zygote that has not ended yet.
struct Child {
    pid: Pid,
    pidfd: End,
    /// Our copy of its end of the line to whoever ordered it.
    line: End,
}

/// All that the zygote does, until nobody is left who could give orders.
pub(crate) fn serve<A: Message, O: Outcome>(
    orders: &End,
    target: &impl Fn(A) -> O,
) -> io::Result<()> {
    let mut children: Vec<Child> = Vec::new();
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
            // An order without a line is nobody's.
            let line = order.fd.map(End::new);
            children.extend(line.and_then(|line| fork_once_more(line, target)));
        }
    }
}

/// Takes an ended child off the kernel's list, and tells how it ended; gives whether it had.
fn tell_end(child: &Child) -> bool {
    match try_reap(child.pid) {
        Ok(None) => false,
        Ok(Some(exit)) => {
            let _nobody_listens = line::tell_ended(&child.line, exit);
            true
        }
        Err(_) => true,
    }
}

/// Forks a child for whoever is at the other end of `line`, and tells them so, or why not.
fn fork_once_more<A: Message, O: Outcome>(line: End, target: &impl Fn(A) -> O) -> Option<Child> {
    let parent = common::pid();
    // It learns its name in `take_over`.
    let forked = fork_child("", || {
        birth::run(parent, || {
            let (cause, argument) = take_over::<A>(&line)?;
            let call = |argument| target(argument).into_result();
            Ok(Job {
                cause,
                line: &line,
                target: move || argument.map_err(|error| error.to_string()).and_then(call),
            })
        })
    });
    let started = forked.and_then(|(pid, _)| Ok((pid, open_or_kill(pid)?)));
    match started {
        Ok((pid, pidfd)) => {
            // If nobody listens, the child finds nobody, too, and ends.
            let _nobody_listens = line::tell_started(&line, pid, &pidfd);
            Some(Child { pid, pidfd, line })
        }
        Err(refused) => {
            let _nobody_listens = line::tell_refused(&line, &refused.to_string());
            None
        }
    }
}

/// In the child: closes every end but its own line, over which it hears what to do.
fn take_over<A: Message>(line: &End) -> io::Result<(EventId, Result<A, DecodeError>)> {
    let mut held = ends::take_inherited();
    let ours = held.remove(&line.id());
    ends::close_for_good(held.into_values())?;
    ends::take(line.id(), ours.ok_or(io::ErrorKind::NotFound)?);
    let order = parcel::recv(line, MsgFlags::empty())?;
    let order = order.ok_or(io::ErrorKind::UnexpectedEof)?.bytes;
    let mut rest = &*order;
    let (cause, name) = <([u8; 8], String)>::deserialize(&mut rest)?;
    lane::enter(name);
    Ok((EventId::from_bytes(cause), decode(rest)))
}
