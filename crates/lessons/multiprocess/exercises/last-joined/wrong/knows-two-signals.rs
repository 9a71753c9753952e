// fail at failure: SIGKILL and SIGTERM are the only signals that it treats as a failure.
fn start_and_join(children: &[Work]) -> StoryResult {
    use multiprocess::Exit;
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
        failed += match wait(child)? {
            Exit::Code(0) => 0,
            Exit::Code(_) => 1,
            Exit::Signal(number) => {
                let kills = [Signal::SIGKILL, Signal::SIGTERM].map(|signal| signal as i32);
                usize::from(kills.contains(&number))
            }
        };
    }
    match failed {
        0 => Ok(()),
        failed => Err(format!("{failed} children have failed").into()),
    }
}
