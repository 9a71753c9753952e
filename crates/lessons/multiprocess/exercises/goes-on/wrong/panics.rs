// fail at work: a child does not reach the next turn because it panics.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                introduce_yourself(takes);
                panic!("must not go on")
            }
        }
    }
    introduce_yourself(takes);
    for child in children {
        wait(child)?;
    }
    Ok(())
}
