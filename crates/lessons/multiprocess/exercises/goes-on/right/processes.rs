// right: the child runs a function, so it cannot reach the code of the parent.
use multiprocess::Process;

fn make_children(count: u64, takes: Duration) -> StoryResult {
    introduce_yourself(takes);
    let start = |turn| Process::start(format!("child {turn}"), move || introduce_yourself(takes));
    let children = (0..count).map(start).collect::<Result<Vec<_>, _>>()?;
    for child in children {
        child.join()?;
    }
    Ok(())
}
