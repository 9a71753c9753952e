// deadlock at deadline: it waits without a time limit, whatever the deadline.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() || deadline.is_some_and(|deadline| deadline < Instant::now()) && children.is_empty() {
            return Ok(ended);
        }
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let ready = wait_readable(&fds, None)?.unwrap_or_default();
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
