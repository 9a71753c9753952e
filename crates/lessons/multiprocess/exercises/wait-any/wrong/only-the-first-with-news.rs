// fail at another: after the first wake-up, it waits only for the first that was ready.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    if let Some(i) = children.iter().position(|c| c.status().is_some()) {
        return Ok(Some(i));
    }
    let mut whom: Option<usize> = None;
    loop {
        let fds: Vec<_> = match whom {
            None => children.iter().map(|c| c.as_fd()).collect(),
            Some(i) => vec![children[i].as_fd()],
        };
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        let Some(first) = ready.iter().position(|r| *r) else {
            continue;
        };
        let i = whom.unwrap_or(first);
        children[i].look()?;
        if children[i].status().is_some() {
            return Ok(Some(i));
        }
        whom = Some(i);
    }
}
