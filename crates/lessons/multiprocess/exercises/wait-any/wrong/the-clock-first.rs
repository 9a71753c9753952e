// fail at ended: it checks the clock before it checks the processes.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() {
            return Ok(ended);
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(None);
        }
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let ready = wait_readable(&fds, deadline)?.unwrap_or_default();
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
