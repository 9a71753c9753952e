// fail at asks: it polls all the time.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let ready = wait_readable(&fds, Some(Instant::now()))?.unwrap_or_default();
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready && child.status().is_none() {
                child.look()?;
            }
        }
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() || deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(ended);
        }
    }
}
