// right: a thread of the first process introduces it, while the main thread waits for the children.
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
    std::thread::scope(|scope| {
        scope.spawn(|| introduce_yourself(takes));
        for child in children {
            wait(child)?;
        }
        Ok(())
    })
}
