// fail at failure: it prints the line that `main` prints for an error, and ends the process itself.
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
        failed += i32::from(wait(child)? != multiprocess::Exit::Code(0));
    }
    if failed > 0 {
        say!("Process end.");
        eprintln!("process-last-joined: {failed} have failed");
        exit_now(1);
    }
    Ok(())
}
