// fail at asks: without a deadline, it does not wait, but polls all the time.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(ended) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(ended));
        }
        let until = deadline.unwrap_or_else(Instant::now);
        let watched: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        match wait_readable(&watched, Some(until))? {
            None if deadline.is_some() => return Ok(None),
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
