// right: it looks at one at a time; it can look at the others in the next call.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    while children.iter().all(|child| child.status().is_none()) {
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        if let Some(first) = ready.into_iter().position(|is_ready| is_ready) {
            children[first].look()?;
        }
    }
    Ok(children.iter().position(|child| child.status().is_some()))
}
