// fail at lines: the parent prints the lines of its children.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                sleep(takes);
                multiprocess::exit_now(0)
            }
        }
    }
    introduce_yourself(takes);
    for child in children {
        say!("Process ({child}) made by ({}).", pid());
        wait(child)?;
    }
    Ok(())
}
