// fail at waited: the children are forgotten.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    for turn in 0..count {
        if let Fork::Child = fork(&format!("child {turn}"))? {
            introduce_yourself(takes);
            multiprocess::exit_now(0)
        }
    }
    introduce_yourself(takes);
    Ok(())
}
