// fail at waited: the first process ends as soon as it has made the children.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    introduce_yourself(Duration::ZERO);
    for turn in 0..count {
        if let Fork::Child = fork(&format!("child {turn}"))? {
            introduce_yourself(takes);
            multiprocess::exit_now(0)
        }
    }
    multiprocess::exit_now(0)
}
