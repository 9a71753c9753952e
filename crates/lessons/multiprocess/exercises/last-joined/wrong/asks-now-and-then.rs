// fail at sleeps: it checks each child now and then, too seldom to be seen at work.
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
    for child in started {
        loop {
            sleep(Duration::from_millis(120));
            if let Some(exit) = multiprocess::try_wait(child)? {
                failed += i32::from(exit != multiprocess::Exit::Code(0));
                break;
            }
        }
    }
    if failed > 0 {
        return Err(format!("{failed} have failed").into());
    }
    Ok(())
}
