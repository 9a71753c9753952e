//! Waiting until one of several processes ends.

use std::io;
use std::os::fd::AsFd;
use std::time::Instant;

use child::{Child, wait_readable};

/// Waits until one of `children` has ended, but not beyond `deadline`; returns its index, the lowest if
/// several have ended, or `None` if none has by `deadline`. Without one it waits for as long as it takes.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() {
            return Ok(ended);
        }
        let watched: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&watched, deadline)? else {
            return Ok(None);
        };
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
