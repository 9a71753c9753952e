// fail at family: it prints the lines, and makes no child.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    introduce_yourself(takes);
    for child in 1..=count {
        say!("Process ({}) made by ({}).", u64::from(pid()) + child, pid());
    }
    Ok(())
}
