// fail at waits: it checks now and then whether the receiver has ended.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            exit_now(recv_all(&reading_end))
        }
        Fork::Parent { child } => {
            drop(reading_end);
            send_all(&writing_end, words)?;
            drop(writing_end);
            say!("Process ({}) has closed its sending end.", pid());
            while multiprocess::try_wait(child)?.is_none() {
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
            Ok(())
        }
    }
}
