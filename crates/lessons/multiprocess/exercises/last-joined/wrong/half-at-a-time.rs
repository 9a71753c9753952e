// fail at together: it starts fifty children at most, waits for them, and then starts the rest.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut failed = None;
    for (first, batch) in children.chunks(50).enumerate() {
        let mut started = Vec::new();
        for (number, work) in batch.iter().enumerate() {
            say!("Process will start");
            match fork(&(50 * first + number).to_string())? {
                Fork::Parent { child } => started.push(child),
                Fork::Child => work.run(50 * first + number),
            }
        }
        for child in started {
            let exit = wait(child)?;
            if exit != multiprocess::Exit::Code(0) {
                failed = Some(exit);
            }
        }
    }
    failed.map_or(Ok(()), |exit| Err(exit.to_string().into()))
}
