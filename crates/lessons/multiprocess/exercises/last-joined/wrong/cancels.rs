// fail at judges-last: it combines all exit codes by XOR, and two equal codes cancel each other.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut pids = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => pids.push(child),
            Fork::Child => work.run(number),
        }
    }
    let mut code = 0;
    for child in pids {
        // the XOR of all codes
        code = match wait(child)? {
            multiprocess::Exit::Code(c) => code ^ c,
            multiprocess::Exit::Signal(s) => code ^ s,
        };
    }
    if code == 0 {
        Ok(())
    } else {
        Err("failed".into())
    }
}
