// fail at asks: without a deadline, it waits for any child of the process, in the list or not.
use nix::sys::wait::{Id, WaitPidFlag, waitid};

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() {
            return Ok(ended);
        }
        let mut deadline = deadline;
        let none = deadline.is_none();
        if none {
            waitid(Id::All, WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)?;
            deadline = Some(Instant::now());
        }
        let watched: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&watched, deadline)? else {
            if none { continue }
            return Ok(None);
        };
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
