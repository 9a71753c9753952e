// fail at together: it starts three children, waits for them, and then starts the next three.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut failed = None;
    for (first, batch) in children.chunks(3).enumerate() {
        let mut started = Vec::new();
        for (number, work) in batch.iter().enumerate() {
            say!("Process will start");
            match fork(&(3 * first + number).to_string())? {
                Fork::Parent { child } => started.push(child),
                Fork::Child => work.run(3 * first + number),
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
