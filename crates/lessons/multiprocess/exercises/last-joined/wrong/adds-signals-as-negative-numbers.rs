// fail at judges-last: a signal counts as a negative number, and the same exit code cancels it.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    let mut sum = 0;
    for child in started {
        sum += match wait(child)? {
            multiprocess::Exit::Code(code) => code,
            multiprocess::Exit::Signal(number) => -number,
        };
    }
    match sum {
        0 => Ok(()),
        _ => Err(format!("the exit codes add up to {sum}").into()),
    }
}
