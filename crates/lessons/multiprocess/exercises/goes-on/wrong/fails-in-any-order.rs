// fail at late: each child ends with the exit code of a failure, and the parent waits for any without a check.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    for turn in 0..count {
        if let Fork::Child = fork(&format!("child {turn}"))? {
            introduce_yourself(takes);
            multiprocess::exit_now(1)
        }
    }
    introduce_yourself(takes);
    for _ in 0..count {
        nix::sys::wait::wait()?;
    }
    Ok(())
}
