// fail at sender-killed: if there are words, the receiver closes its own sending end only after the first one.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            if !words.is_empty()
                && let Ok(Some(word)) = frame::read(&reading_end, 4096)
            {
                let word = String::from_utf8_lossy(&word);
                say!("Process ({}) recv: {word}", pid());
            }
            drop(writing_end);
            exit_now(recv_all(&reading_end))
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
