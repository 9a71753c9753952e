// right: its own code sends, a length and then the bytes, and prints no line.
fn talk(words: &[String]) -> StoryResult {
    use std::io::Write;
    let (receiver, sender) = pipe()?;
    match fork("receiver")? {
        Fork::Parent { child } => {
            drop(receiver);
            for word in words {
                let length = u32::try_from(word.len())?;
                (&sender).write_all(&length.to_le_bytes())?;
                (&sender).write_all(word.as_bytes())?;
            }
            drop(sender);
            let _ended = wait(child)?;
            Ok(())
        }
        Fork::Child => {
            drop(sender);
            exit_now(recv_all(&receiver))
        }
    }
}
