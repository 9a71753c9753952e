// fail at late: it cuts off the milliseconds that are left to 16 bits.
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(place) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(place));
        }
        let timeout = match deadline {
            None => PollTimeout::NONE,
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                PollTimeout::from(left.as_micros().div_ceil(1000) as u16)
            }
        };
        let ready: Vec<bool> = {
            let mut fds: Vec<_> = children
                .iter()
                .map(|child| PollFd::new(child.as_fd(), PollFlags::POLLIN))
                .collect();
            if poll(&mut fds, timeout)? == 0 {
                return Ok(None);
            }
            fds.iter().map(|fd| fd.any() == Some(true)).collect()
        };
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
