// fail at late: it sleeps as long as the children should take, and then checks each of them once.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    let longest = children.iter().map(|work| work.takes).max();
    sleep(longest.unwrap_or_default() + Duration::from_millis(300));
    let mut failed = 0;
    for child in started {
        match multiprocess::try_wait(child)? {
            Some(multiprocess::Exit::Code(0)) | None => {}
            Some(_) => failed += 1,
        }
    }
    if failed > 0 {
        return Err(format!("{failed} have failed").into());
    }
    Ok(())
}
