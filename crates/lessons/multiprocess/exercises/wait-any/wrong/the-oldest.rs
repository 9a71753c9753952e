// fail at several: of several that have ended, it returns the one with the lowest pid.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let ended = children
            .iter()
            .enumerate()
            .filter(|(_, child)| child.status().is_some())
            .min_by_key(|(_, child)| child.pid());
        if let Some((index, _)) = ended {
            return Ok(Some(index));
        }
        let fds: Vec<_> = children.iter().map(|c| c.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        for (c, r) in children.iter_mut().zip(ready) {
            if r {
                c.look()?;
            }
        }
    }
}
