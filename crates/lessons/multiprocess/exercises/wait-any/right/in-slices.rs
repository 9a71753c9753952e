// right: it waits in slices of a quarter of a second, each a wait for all processes.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(ended) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(ended));
        }
        let soon = Instant::now() + std::time::Duration::from_millis(250);
        let until = deadline.map_or(soon, |deadline| deadline.min(soon));
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        match wait_readable(&fds, Some(until))? {
            None if deadline.is_some_and(|deadline| Instant::now() >= deadline) => return Ok(None),
            None => {}
            Some(ready) => {
                for (child, is_ready) in children.iter_mut().zip(ready) {
                    if is_ready {
                        child.look()?;
                    }
                }
            }
        }
    }
}
