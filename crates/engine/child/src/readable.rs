//! A new child as a descriptor.

use child::{End, pidfd};
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::StartError;
use crate::exit::reap;

/// A descriptor of a child, which becomes readable when the child ends. Without one there is no
/// child either: it is killed, and waited for.
pub(crate) fn open_or_kill(child: Pid) -> Result<End, StartError> {
    pidfd::open(child).map(End::new).map_err(|errno| {
        let (_killed, _waited_for) = (kill(child, Signal::SIGKILL), reap(child));
        StartError::Os {
            tried: match errno {
                Errno::ENOSYS => "open a pidfd, which needs Linux 5.4 or newer",
                _ => "open a pidfd",
            },
            source: errno.into(),
        }
    })
}
