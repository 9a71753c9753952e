// fail at sleeps: it waits for all children, and also sleeps, to be on the safe side.
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
    for child in children {
        wait(child)?;
        sleep(Duration::from_millis(40));
    }
    Ok(())
}
