// right: each child also prints a line of its own, with the pid of its maker in brackets.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    introduce_yourself(takes);
    let mut children = Vec::new();
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            Fork::Child => {
                say!("I am child {turn}, made by ({}).", ppid());
                introduce_yourself(takes);
                multiprocess::exit_now(0)
            }
        }
    }
    for child in children {
        wait(child)?;
    }
    Ok(())
}
