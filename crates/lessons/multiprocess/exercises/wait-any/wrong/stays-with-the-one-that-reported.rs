// fail at another: when one has reported its result but has not ended, it waits for the end of this one only.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(i) = children.iter().position(|c| c.status().is_some()) {
            return Ok(Some(i));
        }
        let fds: Vec<_> = children.iter().map(|c| c.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if !is_ready {
                continue;
            }
            child.look()?;
            while child.status().is_none() {
                match wait_readable(&[child.as_fd()], deadline)? {
                    None => return Ok(None),
                    Some(_) => child.look()?,
                }
            }
        }
    }
}
