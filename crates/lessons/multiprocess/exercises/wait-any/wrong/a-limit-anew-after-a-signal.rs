// fail at signal-limit: it computes the timeout once, so each signal that interrupts poll(2) starts it again.
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

fn who_is_ready(
    children: &[&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<Vec<bool>>> {
    let timeout = deadline.map_or(PollTimeout::NONE, |deadline| {
        let left = deadline.saturating_duration_since(Instant::now());
        let millis = left.as_nanos().div_ceil(1_000_000);
        PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)
    });
    let mut fds: Vec<_> = children
        .iter()
        .map(|child| PollFd::new(child.as_fd(), PollFlags::POLLIN))
        .collect();
    loop {
        match poll(&mut fds, timeout) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(fds.iter().map(|fd| fd.any() == Some(true)).collect())),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(place) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(place));
        }
        let Some(ready) = who_is_ready(children, deadline)? else {
            return Ok(None);
        };
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
