// fail at full: the receiver knows the words from the fork and prints them by `println!` before it receives any.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            for word in words {
                println!("Process ({}) recv: {word}", pid());
            }
            while let Ok(Some(_)) = frame::read(&reading_end, 4096) {}
            exit_now(0)
        }
        Fork::Parent { child } => {
            drop(reading_end);
            for word in words {
                frame::write(&writing_end, word.as_bytes())?;
            }
            drop(writing_end);
            wait(child)?;
            Ok(())
        }
    }
}
