// fail at sleeps: it checks again and again, with a short pause.
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
    while let Some(&child) = children.last() {
        sleep(Duration::from_millis(1));
        if multiprocess::try_wait(child)?.is_some() {
            children.pop();
        }
    }
    Ok(())
}
