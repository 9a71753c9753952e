// fail at together: it waits for each child before it makes the next one.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => drop(wait(child)?),
            Fork::Child => {
                introduce_yourself(takes);
                multiprocess::exit_now(0)
            }
        }
    }
    introduce_yourself(takes);
    Ok(())
}
