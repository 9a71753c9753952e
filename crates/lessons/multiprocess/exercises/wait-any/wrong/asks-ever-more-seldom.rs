// fail at woken: its pauses grow up to a second.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    let mut pause = std::time::Duration::from_millis(1);
    loop {
        for child in children.iter_mut().filter(|child| child.status().is_none()) {
            let now = Some(Instant::now());
            if wait_readable(&[child.as_fd()], now)? == Some(vec![true]) {
                child.look()?;
            }
        }
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() || deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(ended);
        }
        std::thread::park_timeout(pause);
        pause = (pause * 3).min(std::time::Duration::from_secs(1));
    }
}
