// fail at killed: it checks how the children should end, not how they ended, and prints each start.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        say!("Child process {number} is started.");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    for child in started {
        wait(child)?;
    }
    if children.iter().all(|work| matches!(work.ends, End::Code(0))) {
        Ok(())
    } else {
        Err("a child has failed".into())
    }
}
