// fail at sleeps: it waits for all children, and also sleeps, to be on the safe side.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    sleep(Duration::from_millis(100));
    let mut failed = 0;
    for child in started {
        failed += i32::from(wait(child)? != multiprocess::Exit::Code(0));
    }
    if failed > 0 {
        return Err(format!("{failed} have failed").into());
    }
    Ok(())
}
