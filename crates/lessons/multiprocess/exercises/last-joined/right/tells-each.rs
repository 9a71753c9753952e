// right: it prints a line of its own about how each child has ended.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    let mut failed = 0;
    for (number, child) in started.into_iter().enumerate() {
        let exit = wait(child)?;
        say!("Child process {number} ({child}) has ended: {exit}");
        failed += u32::from(exit != multiprocess::Exit::Code(0));
    }
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} children have failed").into()),
    }
}
