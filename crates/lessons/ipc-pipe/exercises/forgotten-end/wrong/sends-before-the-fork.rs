// deadlock at full: it writes everything before there is a receiver.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    send_all(&writing_end, words)?;
    drop(writing_end);
    say!("Process ({}) has closed its sending end.", pid());
    match fork("receiver")? {
        Fork::Child => exit_now(recv_all(&reading_end)),
        Fork::Parent { child } => {
            wait(child)?;
            Ok(())
        }
    }
}
