// right: it looks at those that have ended already, and waits only if there are none.

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    let mut until = Some(Instant::now());
    loop {
        let running: Vec<usize> = (0..children.len()).filter(|&p| children[p].status().is_none()).collect();
        let ready = {
            let fds: Vec<_> = running.iter().map(|&place| children[place].as_fd()).collect();
            wait_readable(&fds, until)?
        };
        for (place, is_ready) in running.into_iter().zip(ready.clone().unwrap_or_default()) {
            if is_ready {
                children[place].look()?;
            }
        }
        let ended = children.iter().position(|child| child.status().is_some());
        if ended.is_some() { return Ok(ended); }
        if ready.is_none() && until == deadline && deadline.is_some() { return Ok(None) }
        until = deadline;
    }
}
