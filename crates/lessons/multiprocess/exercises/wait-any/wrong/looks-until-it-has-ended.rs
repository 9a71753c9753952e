// fail at limit-anew: when one has reported its result but has not ended, it looks at it all the time.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(ended) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(ended));
        }
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        let is_over = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
                // A readable one does not prove that its child has ended: look again.
                while child.status().is_none() && !is_over() {
                    child.look()?;
                }
            }
        }
    }
}
