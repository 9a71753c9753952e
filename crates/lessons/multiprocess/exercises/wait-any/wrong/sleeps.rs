// fail at late: it sleeps for a while, and then looks once.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    let a_while = std::time::Duration::from_millis(500);
    std::thread::sleep(match deadline {
        Some(deadline) => deadline.saturating_duration_since(Instant::now()).min(a_while),
        None => a_while,
    });
    let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
    let ready = wait_readable(&fds, Some(Instant::now()))?.unwrap_or_default();
    for (child, is_ready) in children.iter_mut().zip(ready) {
        if is_ready && child.status().is_none() {
            child.look()?;
        }
    }
    Ok(children.iter().position(|child| child.status().is_some()))
}
