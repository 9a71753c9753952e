// fail at failure: it checks only how the first ninety children have ended.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut pids = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => pids.push(child),
            Fork::Child => work.run(number),
        }
    }
    let mut exits = Vec::new();
    for pid in pids { exits.push(wait(pid)?); }
    for exit in &exits[..exits.len().min(90)] { if *exit != multiprocess::Exit::Code(0) { return Err("failed".into()); } }
    Ok(())
}
