// fail at together: it waits inside the loop, so there is only one child at a time.
fn start_and_join(children: &[Work]) -> StoryResult {
    let mut failed = None;
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => {
                let exit = wait(child)?;
                if exit != multiprocess::Exit::Code(0) {
                    failed = Some(exit);
                }
            }
            Fork::Child => work.run(number),
        }
    }
    failed.map_or(Ok(()), |exit| Err(exit.to_string().into()))
}
