// right: the first message is the number of words; the receiver reads up to the end, and then compares.
fn receive(pipe: &ipc_pipe::Receiver<String>) -> Result<(), Box<dyn std::error::Error>> {
    let announced: usize = pipe.recv()?.parse()?;
    let mut count = 0;
    for word in pipe.iter() {
        say!("Process ({}) recv: {}", pid(), word?);
        count += 1;
    }
    match count == announced {
        true => Ok(()),
        false => Err(format!("{count} of {announced} words came").into()),
    }
}

fn talk(words: &[String]) -> StoryResult {
    let (sender, receiver) = ipc_pipe::pipe::<String>()?;
    let child = multiprocess::Process::start("receiver", move || receive(&receiver))?;
    sender.send(words.len().to_string())?;
    for word in words {
        say!("Process ({}) send: {word}", pid());
        sender.send(word.clone())?;
    }
    drop(sender);
    child.join()?;
    Ok(())
}
