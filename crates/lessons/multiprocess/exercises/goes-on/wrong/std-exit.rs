// refused: the child ends by the function of std, and not by `exit_now`.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                introduce_yourself(takes);
                std::process::exit(0);
            }
        }
    }
    introduce_yourself(takes);
    for child in children {
        wait(child)?;
    }
    Ok(())
}
