// fail at work: a child prints another line and takes its time, and introduces itself only at its end.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                say!("Child {turn} begins.");
                sleep(takes);
                introduce_yourself(Duration::ZERO);
                multiprocess::exit_now(0)
            }
        }
    }
    introduce_yourself(takes);
    for child in children {
        wait(child)?;
    }
    Ok(())
}
