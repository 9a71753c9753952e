// fail at late: it gives the children some time, and then kills them.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    use nix::sys::signal::{Signal, kill};

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
    sleep(Duration::from_millis(500));
    for child in children {
        let _may_have_ended = kill(child, Signal::SIGKILL);
        wait(child)?;
    }
    Ok(())
}
