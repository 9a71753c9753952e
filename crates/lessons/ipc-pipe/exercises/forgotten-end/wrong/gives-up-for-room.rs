// fail at full: when the pipe is full, the sender waits for room for half a second, and then gives up.
fn send_in_time(pipe: &PipeEnd, words: &[String]) -> StoryResult {
    for word in words {
        let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLOUT)];
        if poll(&mut fds, PollTimeout::from(500_u16))? == 0 {
            return Err("the receiver does not take the words".into());
        }
        say!("Process ({}) send: {word}", pid());
        frame::write(pipe, word.as_bytes())?;
    }
    Ok(())
}

fn talk(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            exit_now(recv_all(&reading_end))
        }
        Fork::Parent { child } => {
            drop(reading_end);
            let sent = send_in_time(&writing_end, words);
            drop(writing_end);
            wait(child)?;
            sent
        }
    }
}
