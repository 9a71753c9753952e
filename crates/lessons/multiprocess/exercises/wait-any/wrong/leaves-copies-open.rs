// fail at deadline: each call leaves copies of the descriptors open.

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() {
            return Ok(ended);
        }
        let mut own = Vec::new();
        for child in children.iter() {
            own.push(child.as_fd().try_clone_to_owned()?);
        }
        let watched: Vec<_> = own.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&watched, deadline)? else {
            std::mem::forget(own);
            return Ok(None);
        };
        std::mem::forget(own);
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
