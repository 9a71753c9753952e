// right: it looks at all that are ready, and then returns the first that has ended.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(place) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(place));
        }
        let ready = {
            let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
            wait_readable(&fds, deadline)?
        };
        match ready {
            None => return Ok(None),
            Some(ready) => {
                for place in (0..children.len()).filter(|place| ready[*place]) {
                    children[place].look()?;
                }
            }
        }
    }
}
