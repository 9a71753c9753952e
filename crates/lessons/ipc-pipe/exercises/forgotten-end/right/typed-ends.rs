// right: the pipe of the lesson, of which a child gets only the end that is passed to it.
fn talk(words: &[String]) -> StoryResult {
    let (sender, receiver) = ipc_pipe::pipe::<String>()?;
    let child = multiprocess::Process::start("receiver", move || {
        for word in receiver.iter() {
            say!("Process ({}) recv: {}", pid(), word?);
        }
        say!("Process ({}) sees the end of the stream.", pid());
        Ok::<(), ipc_pipe::RecvError>(())
    })?;
    for word in words {
        say!("Process ({}) send: {word}", pid());
        sender.send(word.clone())?;
    }
    drop(sender);
    say!("Process ({}) has closed its sending end.", pid());
    child.join()?;
    Ok(())
}
