// fail at sleeps: after every fifth start it sleeps for a while.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
        if started.len() % 5 == 0 {
            sleep(Duration::from_millis(20));
        }
    }
    let mut failed = 0;
    for child in started {
        failed += u32::from(wait(child)? != multiprocess::Exit::Code(0));
    }
    match failed {
        0 => Ok(()),
        failed => Err(format!("{failed} children have failed").into()),
    }
}
