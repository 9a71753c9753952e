// fail at again: it does not check which have ended already, and waits in the kernel again.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        let mut ended = None;
        for (place, is_ready) in ready.into_iter().enumerate().rev() {
            if is_ready {
                children[place].look()?;
                ended = children[place].status().map(|_| place).or(ended);
            }
        }
        if ended.is_some() {
            return Ok(ended);
        }
    }
}
