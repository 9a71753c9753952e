// fail at end: it closes the ends that it should, but does not wait for the receiver.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            exit_now(recv_all(&reading_end))
        }
        Fork::Parent { child: _ } => {
            drop(reading_end);
            send_all(&writing_end, words)?;
            Ok(())
        }
    }
}
