// deadlock at first: it waits for the first in the list, whichever ends.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    let Some(first) = children.first_mut() else {
        return Ok(None);
    };
    while first.status().is_none() {
        match wait_readable(&[first.as_fd()], deadline)? {
            None => return Ok(None),
            Some(ready) if ready[0] => first.look()?,
            Some(_) => {}
        }
    }
    Ok(Some(0))
}
