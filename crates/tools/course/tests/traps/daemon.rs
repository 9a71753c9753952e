// fail: a process of it outlives it, in a session of its own.
fn talk(words: &[String]) -> StoryResult {
    if let Fork::Child = fork("daemon")? {
        let _apart = nix::unistd::setsid();
        loop {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
    }
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
            wait(child)?;
            Ok(())
        }
    }
}
