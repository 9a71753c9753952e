// fail at family: each child makes the next one.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut mine = None;
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => {
                mine = Some(child);
                break;
            }
            Fork::Child => {}
        }
    }
    introduce_yourself(takes);
    if let Some(child) = mine {
        wait(child)?;
    }
    Ok(())
}
