//! A helper process that is forked early and forks on behalf of its program; [`child::zygote`] explains why.

use std::marker::PhantomData;

use child::zygote::{self, NoChild, serve, take_over};
use child::{Child, End, parcel};
use common::{Message, decode, encode};

use crate::fork::fork_child;
use crate::{Outcome, Process, StartError, ZygoteError, birth};

/// A helper process that forks children, each of which calls the same target with an argument of its own.
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
/// A child sees the program's memory as it was when the zygote was started. It holds no end of a
/// pipe or queue, not even one that the target has captured, because each end has one owner and the
/// target has many copies. It passes data back as its result. (Shared memory is shared, with the
/// program and all children.)
///
/// The zygote ends when this handle and those of all its children have been dropped. It is killed
/// when the program dies, and its children are killed when it dies.
#[derive(Debug)]
pub struct Zygote<A, T> {
    zygote: zygote::Zygote,
    types: PhantomData<fn(&A) -> T>,
}

impl<A: Message, T: Message> Zygote<A, T> {
    /// Forks the zygote, which will fork children that call `target`. Call it at the start of the program.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub fn start<O, F>(name: impl Into<String>, target: F) -> Result<Self, StartError>
    where
        O: Outcome<Value = T>,
        F: Fn(A) -> O + 'static,
    {
        let (orders, childs) = parcel::pair().map_err(StartError::os("make a socket pair"))?;
        let (orders, childs) = (End::new(orders), End::new(childs));
        let serve = move || serve(&childs, |line| fork_once_more(line, &target));
        let child: Child = Process::start(name, serve)?.into();
        Ok(Self {
            zygote: zygote::Zygote::new(child, orders),
            types: PhantomData,
        })
    }

    /// Makes the zygote fork a child that calls the target with `argument`. Blocks until the child
    /// has been forked, not until it ends. May be called from any thread.
    ///
    /// # Errors
    /// [`ZygoteError`], when no child was started.
    pub fn spawn(&self, name: impl Into<String>, argument: &A) -> Result<Process<T>, ZygoteError> {
        let argument = encode(argument).map_err(ZygoteError::Argument)?;
        let forked = self.zygote.fork(name.into(), &argument);
        forked.map(Process::from).map_err(|error| match error {
            NoChild::Refused(message) => ZygoteError::Refused { message },
            NoChild::NotAsked(source) => ZygoteError::NotAsked(source),
        })
    }

    /// The process id of the zygote.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.zygote.pid().as_raw().cast_unsigned()
    }
}

/// Runs in the zygote: forks a child for the program at the other end of `line`, and returns its pid.
fn fork_once_more<A: Message, O: Outcome>(
    line: &End,
    target: impl Fn(A) -> O,
) -> Result<nix::unistd::Pid, String> {
    let parent = common::pid();
    let run = |()| {
        birth::die_with(parent)?;
        let order = take_over(line)?;
        let argument = decode(&order.argument).map_err(|error| error.to_string());
        let target = || argument.and_then(|argument| target(argument).into_result());
        Ok(birth::run(line, order.fork, target))
    };
    // The child gets its name when it takes over; the program that asked for it has logged the fork.
    let forked = fork_child("", || (), run);
    forked
        .map(|(pid, _)| pid)
        .map_err(|error| error.to_string())
}
