// right: one loop starts the children, another one waits, and then it checks how they ended.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    let mut failed = None;
    for (number, child) in started.into_iter().enumerate() {
        let exit = wait(child)?;
        if exit != multiprocess::Exit::Code(0) {
            failed = Some(format!("child {number}: {exit}"));
        }
    }
    match failed {
        Some(failed) => Err(failed.into()),
        None => Ok(()),
    }
}
