// fail at writer-slow: it waits for each word, but when it has counted all, it checks every few milliseconds for the end.
fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            let mut left = words.len();
            loop {
                while left == 0 && !is_ready(&reading_end) {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                let Ok(Some(word)) = frame::read(&reading_end, 4096) else {
                    exit_now(0)
                };
                let word = String::from_utf8_lossy(&word);
                say!("Process ({}) recv: {word}", pid());
                left = left.saturating_sub(1);
            }
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

fn is_ready(pipe: &PipeEnd) -> bool {
    let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)];
    poll(&mut fds, PollTimeout::ZERO) != Ok(0)
}
