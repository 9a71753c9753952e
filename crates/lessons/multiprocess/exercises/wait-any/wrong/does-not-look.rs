// fail at first: it returns the one that is ready, without checking whether it has ended.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        if let Some(place) = ready.iter().position(|is_ready| *is_ready) {
            return Ok(Some(place));
        }
    }
}
