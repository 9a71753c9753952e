// right: it waits for the children in the reverse order, by waitpid(2) itself.
fn start_and_join(children: &[Work]) -> StoryResult {
    use nix::sys::wait::{WaitStatus, waitpid};
    let mut pids = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => pids.push(child),
            Fork::Child => work.run(number),
        }
    }
    let mut failed = 0;
    for pid in pids.into_iter().rev() {
        if !matches!(waitpid(pid, None)?, WaitStatus::Exited(_, 0)) { failed += 1; }
    }
    if failed > 0 { return Err(format!("{failed} failed").into()); }
    Ok(())
}
