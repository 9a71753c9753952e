// right: it calls poll(2) itself, with a timeout that is rounded up.
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

fn left(deadline: Option<Instant>) -> PollTimeout {
    let Some(deadline) = deadline else {
        return PollTimeout::NONE;
    };
    let micros = deadline.saturating_duration_since(Instant::now()).as_micros();
    let millis = if micros == 0 { 0 } else { micros / 1000 + 1 };
    PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)
}

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    if let Some(place) = children.iter().position(|child| child.status().is_some()) {
        return Ok(Some(place));
    }
    let mut fds: Vec<_> = children
        .iter()
        .map(|child| PollFd::new(child.as_fd(), PollFlags::POLLIN))
        .collect();
    let count = poll(&mut fds, left(deadline))?;
    let ready: Vec<bool> = fds.iter().map(|fd| fd.any() == Some(true)).collect();
    for (child, is_ready) in children.iter_mut().zip(&ready) {
        if *is_ready {
            child.look()?;
        }
    }
    match count {
        0 => Ok(None),
        _ => wait_until(children, deadline),
    }
}
