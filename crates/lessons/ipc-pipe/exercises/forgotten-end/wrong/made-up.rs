// fail at words: the receiver has the words from the fork, and nothing is sent but the end.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            for word in words {
                say!("Process ({}) recv: {word}", pid());
            }
            exit_now(recv_all(&reading_end))
        }
        Fork::Parent { child } => {
            drop((reading_end, writing_end));
            wait(child)?;
            Ok(())
        }
    }
}
