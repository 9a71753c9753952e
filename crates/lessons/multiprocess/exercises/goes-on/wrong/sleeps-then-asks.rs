// fail at late: it sleeps for longer than the children take, and then checks each of them once.
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
    sleep(takes + Duration::from_millis(500));
    for child in children {
        multiprocess::try_wait(child)?;
    }
    Ok(())
}
