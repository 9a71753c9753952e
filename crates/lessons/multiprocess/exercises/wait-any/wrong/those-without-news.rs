// fail at reported: it waits only for those that have not reported yet, as long as there are any.
pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    let mut silent: Vec<usize> = (0..children.len()).collect();
    loop {
        if let Some(i) = children.iter().position(|c| c.status().is_some()) {
            return Ok(Some(i));
        }
        if silent.is_empty() {
            silent = (0..children.len()).collect();
        }
        let fds: Vec<_> = silent.iter().map(|&i| children[i].as_fd()).collect();
        let Some(ready) = wait_readable(&fds, deadline)? else {
            return Ok(None);
        };
        let all = silent.iter().copied().zip(ready);
        let news: Vec<usize> = all.filter(|(_, r)| *r).map(|(i, _)| i).collect();
        for &i in &news {
            children[i].look()?;
        }
        silent.retain(|i| !news.contains(i));
    }
}
