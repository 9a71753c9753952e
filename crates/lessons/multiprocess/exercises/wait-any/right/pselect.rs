// right: pselect instead of poll.
use nix::errno::Errno;
use nix::sys::select::{FdSet, pselect};
use nix::sys::time::TimeSpec;

pub(crate) fn wait_until(
    children: &mut [&mut Child],
    deadline: Option<Instant>,
) -> io::Result<Option<usize>> {
    loop {
        if let Some(found) = children.iter().position(|c| c.status().is_some()) {
            return Ok(Some(found));
        }
        let mut ready = vec![false; children.len()];
        let now = Instant::now();
        let left = deadline.map(|d| d.saturating_duration_since(now).min(std::time::Duration::from_secs(86_400)));
        {
            let mut set = FdSet::new();
            for child in children.iter() {
                set.insert(child.as_fd());
            }
            match pselect(None, &mut set, None, None, &left.map(TimeSpec::from_duration), None) {
                Ok(0) if deadline.is_some_and(|d| Instant::now() >= d) => return Ok(None),
                Ok(_) => {
                    for (child, is_ready) in children.iter().zip(&mut ready) {
                        *is_ready = set.contains(child.as_fd());
                    }
                }
                Err(Errno::EINTR) => {}
                Err(e) => return Err(e.into()),
            }
        }
        for (child, is_ready) in children.iter_mut().zip(ready) {
            if is_ready {
                child.look()?;
            }
        }
    }
}
