// right: the parent prints its line last, and waits for any child, once for each.
use nix::sys::wait::wait as wait_for_any;

fn child(takes: Duration) -> ! {
    introduce_yourself(takes);
    multiprocess::exit_now(0)
}

fn make_children(count: u64, takes: Duration) -> StoryResult {
    if count > 0 {
        if let Fork::Child = fork(&count.to_string())? {
            child(takes)
        }
        make_children(count - 1, takes)?;
        wait_for_any()?;
    } else {
        introduce_yourself(takes);
    }
    Ok(())
}
