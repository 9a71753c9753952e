// fail at late: a child leaves the loop and reaches the waits of the parent, an error ends it with exit code 1.
use nix::sys::wait::wait as wait_for_any;

fn make_children(count: u64, takes: Duration) -> StoryResult {
    for turn in 0..count {
        if let Fork::Child = fork(&format!("child {turn}"))? {
            introduce_yourself(takes);
            break;
        }
    }
    for _ in 0..count {
        wait_for_any()?;
    }
    introduce_yourself(takes);
    Ok(())
}
