// right: the child leaves the loop, and has no children to wait for.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                children.clear();
                break;
            }
        }
    }
    introduce_yourself(takes);
    for child in children {
        wait(child)?;
    }
    Ok(())
}
