// right: the receiver has its own loop, and prints the end in a line like the others.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            while let Ok(Some(word)) = frame::read(&reading_end, 4096) {
                let word = String::from_utf8_lossy(&word);
                say!("Process ({}) recv: {word}", pid());
            }
            say!("Process ({}) recv: end of stream", pid());
            exit_now(0)
        }
        Fork::Parent { child } => {
            drop(reading_end);
            send_all(&writing_end, words)?;
            drop(writing_end);
            say!("Process ({}) has closed its sending end.", pid());
            wait(child)?;
            Ok(())
        }
    }
}
