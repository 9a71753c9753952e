// fail at family: the lines are printed, and no child is made.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    introduce_yourself(takes);
    for child in 1..=count {
        say!("Process ({}) made by ({}).", u64::from(pid()) + child, pid());
    }
    Ok(())
}
