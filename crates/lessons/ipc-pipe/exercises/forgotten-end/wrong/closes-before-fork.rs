// fail at words: it closes an end before the fork, so the end is closed in both processes.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    drop(writing_end);
    match fork("receiver")? {
        Fork::Child => exit_now(recv_all(&reading_end)),
        Fork::Parent { child } => {
            drop(reading_end);
            for word in words {
                say!("Process ({}) send: {word}", pid());
            }
            wait(child)?;
            Ok(())
        }
    }
}
