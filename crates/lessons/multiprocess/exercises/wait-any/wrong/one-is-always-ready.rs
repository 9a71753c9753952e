// fail at signal: it panics if the wait returns with none ready, as `wait_readable` may (a signal).
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(place) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(place));
        }
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        let first = ready.iter().position(|is_ready| *is_ready).unwrap();
        children[first].look()?;
    }
}
