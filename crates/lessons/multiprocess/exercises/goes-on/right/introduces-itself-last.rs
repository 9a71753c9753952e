// right: the parent waits for all children, and introduces itself last.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..count {
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
    introduce_yourself(takes);
    Ok(())
}
