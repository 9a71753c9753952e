// fail at work: the first process takes no time after its line, and ends itself at the end.
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
    introduce_yourself(Duration::ZERO);
    for child in children {
        wait(child)?;
    }
    multiprocess::exit_now(0)
}
