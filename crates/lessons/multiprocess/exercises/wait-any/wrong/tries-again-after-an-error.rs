// fail at error: it ignores an error of `wait_readable`, and tries again after a pause until the deadline.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(ended) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(ended));
        }
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let ready = match wait_readable(&fds, deadline) {
            Ok(Some(ready)) => ready,
            Ok(None) => return Ok(None),
            Err(_) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => {
                return Ok(None);
            }
            Err(_) => {
                std::thread::sleep(std::time::Duration::from_millis(50));
                continue;
            }
        };
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
