//! A small copy of the program, made early, that forks in its place later.
//!
//! `fork` copies the page tables of its caller: with 256 MiB touched that takes a hundred times
//! as long as with a few. And a program with a second thread must not fork at all. A zygote is
//! forked first, while the program is small and has one thread, and does nothing but wait for
//! orders to fork once more; so its children cost what they cost at the beginning.
//!
//! How a child begins (its id, a pidfd) and how it ends, the zygote tells over the line that the
//! child reports over; its end of that line came to it as a message, too.

mod helper;

use std::marker::PhantomData;
use std::os::fd::AsFd;
use std::sync::Arc;

use common::{EventId, Kind, Message, encode, encode_into, record};
use nix::sys::socket::MsgFlags;

use crate::line::{self, Heard};
use crate::{Outcome, Process, StartError};
use child::{End, parcel};

/// A process that forks others, each of which calls the same target with an argument of its own.
///
/// ```no_run
/// use multiprocess::Zygote;
///
/// let zygote = Zygote::start("zygote", |number: u32| number + 1)?;
/// let memory = vec![1_u8; 1 << 30];
/// let process = zygote.spawn("adder", &4)?;
/// assert_eq!(process.join()?, 5);
/// # drop(memory);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A child sees the memory of the program as it was when the zygote was started. It holds no end
/// of a pipe or queue, also none that the target has captured: each end has one owner, and the
/// target has many copies. What it gives back is its result. (Shared memory is shared, with
/// all of them.)
///
/// The zygote ends when this handle and those of all its children have been dropped. It and its
/// children are killed when the program dies; its children, when it dies.
#[derive(Debug)]
pub struct Zygote<A, T> {
    helper: Arc<Helper>,
    types: PhantomData<fn(&A) -> T>,
}

/// The zygote itself, for as long as somebody needs it: drop ends it.
#[derive(Debug)]
pub(crate) struct Helper {
    process: Process<()>,
    orders: End,
}

impl<A: Message, T: Message> Zygote<A, T> {
    /// Forks the zygote, which will fork children that call `target`. Call it first thing.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub fn start<O, F>(name: impl Into<String>, target: F) -> Result<Self, StartError>
    where
        O: Outcome<Value = T>,
        F: Fn(A) -> O + 'static,
    {
        let (orders, childs) = parcel::pair().map_err(|source| StartError::Os {
            tried: "make a socket pair",
            source,
        })?;
        let (orders, childs) = (End::new(orders), End::new(childs));
        let process = Process::start(name, move || helper::serve(&childs, &target))?;
        Ok(Self {
            helper: Arc::new(Helper { process, orders }),
            types: PhantomData,
        })
    }

    /// Has a child forked that calls the target with `argument`. Blocks until it has been forked.
    /// May be called from any thread.
    ///
    /// # Errors
    /// [`StartError::Argument`] when `argument` has no bytes; [`StartError::Os`] when the zygote
    /// has ended, or when the system refuses to fork it once more.
    pub fn spawn(&self, name: impl Into<String>, argument: &A) -> Result<Process<T>, StartError> {
        let name = name.into();
        let ask = |source| StartError::Os {
            tried: "ask the zygote for one (has it ended?)",
            source,
        };
        let (line, childs_line) = line::pair()?;
        let cause = record(Kind::Fork, "", format_args!("{name}"), EventId::NONE);
        let mut order = encode(&(cause.to_bytes(), &name)).map_err(StartError::Argument)?;
        encode_into(argument, &mut order).map_err(StartError::Argument)?;
        // The child reads it itself. It is on its way before the child exists.
        line.send(&order).map_err(ask)?;
        parcel::send_with(&self.helper.orders, &[], childs_line.as_fd()).map_err(ask)?;
        drop(childs_line);
        let mut report = None;
        loop {
            match line.recv(MsgFlags::empty()).map_err(ask)? {
                Some(Heard::Started(pid, pidfd)) => {
                    let process = Process::new(name, pid, line, End::new(pidfd));
                    return Ok(process.forked_by(&self.helper, report));
                }
                // A quick child may have come before the zygote.
                Some(Heard::Report(early)) => report = Some(early),
                Some(Heard::Refused(message)) => {
                    return Err(StartError::Refused { message });
                }
                Some(Heard::Ended(_)) | None => {
                    return Err(ask(std::io::ErrorKind::BrokenPipe.into()));
                }
            }
        }
    }

    /// The process id of the zygote.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.helper.process.pid()
    }
}
