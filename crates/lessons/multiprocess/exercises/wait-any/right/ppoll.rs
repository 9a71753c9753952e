// right: it calls ppoll(2), whose limit has nanoseconds, and waits on after a signal.
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() {
            return Ok(ended);
        }
        let ends = children.iter().map(|child| child.as_fd());
        let mut fds: Vec<_> = ends.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        let left = deadline.map(|end| end.saturating_duration_since(Instant::now()));
        match ppoll(&mut fds, left.map(TimeSpec::from), None) {
            Ok(0) => return Ok(None),
            Err(Errno::EINTR) => continue,
            result => result?,
        };
        let ready: Vec<bool> = fds.iter().map(|fd| fd.any() == Some(true)).collect();
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
