// right: its own code sends, and each process drops the end that it does not use.
fn talk(words: &[String]) -> StoryResult {
    let (receiver, sender) = pipe()?;
    match fork("receiver")? {
        Fork::Parent { child } => {
            drop(receiver);
            for word in words {
                say!("Process ({}) send: {word}", pid());
                frame::write(&sender, word.as_bytes())?;
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
