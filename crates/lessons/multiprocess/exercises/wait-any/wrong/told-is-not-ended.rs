// fail at zygote: a process that is ready has not always ended.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    if let Some(place) = children.iter().position(|child| child.status().is_some()) {
        return Ok(Some(place));
    }
    loop {
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        if let Some(place) = ready.iter().position(|is_ready| *is_ready) {
            children[place].look()?;
            return Ok(Some(place));
        }
    }
}
