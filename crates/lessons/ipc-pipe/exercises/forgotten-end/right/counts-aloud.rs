// right: the receiver has a loop of its own, and prints at the end how many words it got, without its number.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            let mut count = 0;
            while let Ok(Some(word)) = frame::read(&reading_end, 4096) {
                let word = String::from_utf8_lossy(&word);
                say!("Process ({}) recv: {word}", pid());
                count += 1;
            }
            say!("In all, recv: {count} words, and then the end.");
            exit_now(0)
        }
        Fork::Parent { child } => {
            drop(reading_end);
            send_all(&writing_end, words)?;
            drop(writing_end);
            wait(child)?;
            Ok(())
        }
    }
}
