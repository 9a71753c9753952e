// fail at together: it makes four children, waits for them, and then makes the next four.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    for first in (0..count).step_by(4) {
        let mut children = Vec::new();
        for turn in first..count.min(first + 4) {
            match fork(&format!("child {turn}"))? {
                Fork::Parent { child } => children.push(child),
                Fork::Child => {
                    introduce_yourself(takes);
                    multiprocess::exit_now(0)
                }
            }
        }
        for child in children {
            wait(child)?;
        }
    }
    introduce_yourself(takes);
    Ok(())
}
