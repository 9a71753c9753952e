// right: the parent first waits until the receiver is there, for the end of a second pipe.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (ready_reading, ready_writing) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop((writing_end, ready_reading));
            // The parent reads the end of this pipe: the receiver is ready.
            drop(ready_writing);
            exit_now(recv_all(&reading_end))
        }
        Fork::Parent { child } => {
            drop((reading_end, ready_writing));
            let _its_end = frame::read(&ready_reading, 1)?;
            send_all(&writing_end, words)?;
            drop(writing_end);
            say!("Process ({}) has closed its sending end.", pid());
            wait(child)?;
            Ok(())
        }
    }
}
