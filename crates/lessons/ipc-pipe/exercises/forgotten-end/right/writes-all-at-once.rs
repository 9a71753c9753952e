// right: its own code sends all words in one write, and the receiver reads them one by one.
fn talk(words: &[String]) -> StoryResult {
    let (receiver, sender) = pipe()?;
    match fork("receiver")? {
        Fork::Parent { child } => {
            drop(receiver);
            let mut frames = Vec::new();
            for word in words {
                frame::write(&mut frames, word.as_bytes())?;
            }
            std::io::Write::write_all(&mut &sender, &frames)?;
            drop(sender);
            wait(child)?;
            Ok(())
        }
        Fork::Child => {
            drop(sender);
            exit_now(recv_all(&receiver))
        }
    }
}
