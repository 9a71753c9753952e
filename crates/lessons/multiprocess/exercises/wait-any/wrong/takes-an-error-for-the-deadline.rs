// fail at error: it treats an error of `wait_readable` as the deadline.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(place) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(place));
        }
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Ok(Some(ready)) = wait_readable(&fds, deadline) else {
            return Ok(None);
        };
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
