// fail at end: all ends are closed as they should be, but the receiver counts words and never reads the end.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            for _ in words {
                if let Ok(Some(word)) = frame::read(&reading_end, 4096) {
                    let word = String::from_utf8_lossy(&word);
                    say!("Process ({}) recv: {word}", pid());
                }
            }
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
