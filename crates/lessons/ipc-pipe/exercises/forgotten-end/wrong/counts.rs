// fail at end: it counts the words instead of waiting for the end.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            let mut left = words.len();
            while left > 0 {
                match frame::read(&reading_end, 4096) {
                    Ok(Some(word)) => {
                        let word = String::from_utf8_lossy(&word);
                        say!("Process ({}) recv: {word}", pid());
                        left -= 1;
                    }
                    _ => break,
                }
            }
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
