// fail at sleeps: after its own time it sleeps for the time of a child, and only then waits.
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
    introduce_yourself(takes);
    sleep(takes);
    for child in children {
        wait(child)?;
    }
    Ok(())
}
