// fail at failure: it returns at the first failure, while others still run.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    for child in started {
        let exit = wait(child)?;
        if exit != multiprocess::Exit::Code(0) {
            return Err(exit.to_string().into());
        }
    }
    Ok(())
}
