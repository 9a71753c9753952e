// fail at signal: without a deadline, it assumes that one is ready when the wait returns.
fn first_ready(children: &[&mut Child]) -> io::Result<usize> {
    let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
    let ready = wait_readable(&fds, None)?.unwrap_or_default();
    let first = ready.iter().position(|is_ready| *is_ready);
    Ok(first.expect("without a deadline, it returns when one is ready"))
}

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(ended) = children.iter().position(|child| child.status().is_some()) {
            return Ok(Some(ended));
        }
        if deadline.is_none() {
            let place = first_ready(children)?;
            children[place].look()?;
            continue;
        }
        let fds: Vec<_> = children.iter().map(|child| child.as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
