// fail at work: the first process takes its time only if it has no children.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    introduce_yourself(if count == 0 { takes } else { Duration::ZERO });
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
    Ok(())
}
