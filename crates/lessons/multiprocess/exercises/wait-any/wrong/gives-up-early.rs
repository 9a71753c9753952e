// fail at deadline: it rounds the timeout down to whole milliseconds, so it gives up too early.
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()).as_millis());
    let timeout = left.map_or(PollTimeout::NONE, |left| {
        PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)
    });
    loop {
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() {
            return Ok(ended);
        }
        let mut fds: Vec<_> = children
            .iter()
            .map(|child| PollFd::new(child.as_fd(), PollFlags::POLLIN))
            .collect();
        if poll(&mut fds, timeout)? == 0 {
            return Ok(None);
        }
        let ready: Vec<bool> = fds.iter().map(|fd| fd.any() == Some(true)).collect();
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
