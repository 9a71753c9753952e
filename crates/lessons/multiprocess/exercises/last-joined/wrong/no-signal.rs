// fail at failure: it treats a child that was killed by a signal as one that ended well.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    let mut codes = 0;
    for child in started {
        if let multiprocess::Exit::Code(code) = wait(child)? {
            codes += code;
        }
    }
    if codes != 0 {
        return Err("a child has failed".into());
    }
    Ok(())
}
