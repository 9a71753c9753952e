// fail at end: it prints the line without reading the end.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            for _ in words {
                if let Ok(Some(word)) = frame::read(&reading_end, 4096) {
                    let word = String::from_utf8_lossy(&word);
                    say!("Process ({}) recv: {word}", pid());
                }
            }
            say!("Process ({}) sees the end of the stream.", pid());
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
