// deadlock at first: it also looks at those that still run, and `look` waits for their end.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(ended) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(ended));
        }
        let watched: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        if wait_readable(&watched, deadline)?.is_none() {
            return Ok(None);
        }
        for child in children.iter_mut() {
            child.look()?;
        }
    }
}
