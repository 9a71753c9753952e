// fail at late: each child ends with the exit code of a failure, and the parent does not check.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                introduce_yourself(takes);
                multiprocess::exit_now(1)
            }
        }
    }
    introduce_yourself(takes);
    for child in children {
        wait(child)?;
    }
    Ok(())
}
