// fail at in-time: it waits in slices of a quarter of a second, and checks the clock only between two of them.
use std::time::Duration;

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(ended) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(ended));
        }
        let soon = Instant::now() + Duration::from_millis(250);
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let ready = wait_readable(&fds, Some(soon))?.unwrap_or_default();
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
        let none_has_ended = children.iter().all(|child| child.status().is_none());
        if none_has_ended && deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(None);
        }
    }
}
