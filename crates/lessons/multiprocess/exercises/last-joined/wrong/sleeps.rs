// fail at waited: it sleeps for longer than any child takes, and waits only for the last one.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut last = None;
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => last = Some(child),
            Fork::Child => work.run(number),
        }
    }
    sleep(Duration::from_secs(1));
    if let Some(child) = last
        && wait(child)? != multiprocess::Exit::Code(0)
    {
        return Err("a child has failed".into());
    }
    Ok(())
}
