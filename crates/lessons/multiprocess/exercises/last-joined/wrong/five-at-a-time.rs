// fail at together: it starts five children, waits for them, and then starts the next five.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut failed = None;
    for (first, batch) in children.chunks(5).enumerate() {
        let mut started = Vec::new();
        for (number, work) in batch.iter().enumerate() {
            say!("Process will start");
            match fork(&(5 * first + number).to_string())? {
                Fork::Parent { child } => started.push(child),
                Fork::Child => work.run(5 * first + number),
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
