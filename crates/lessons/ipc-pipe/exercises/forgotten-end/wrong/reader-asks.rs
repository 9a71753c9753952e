// fail at writer-slow: the receiver checks every few milliseconds whether there is a word.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            loop {
                let mut fds = [PollFd::new(reading_end.as_fd(), PollFlags::POLLIN)];
                if poll(&mut fds, PollTimeout::ZERO) == Ok(0) {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                    continue;
                }
                let Ok(Some(word)) = frame::read(&reading_end, 4096) else {
                    exit_now(0)
                };
                let word = String::from_utf8_lossy(&word);
                say!("Process ({}) recv: {word}", pid());
            }
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
