// fail at failure: it does not count a child that SIGINT has ended as one that has failed.
use multiprocess::Exit;

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
        match wait(child)? {
            Exit::Code(0) => {}
            // The user has pressed Ctrl-C.
            Exit::Signal(number) if number == Signal::SIGINT as i32 => {}
            _ => failed += 1,
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} children have failed").into()),
    }
}
