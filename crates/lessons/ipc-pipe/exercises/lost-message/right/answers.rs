// right: the receiver answers through a second pipe; the parent waits for the sender first.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let (answer, answered) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || {
        recv_urls(&receiver);
        answer.send("all".to_owned())
    })?;
    sending.join()?;
    answered.recv()?;
    while answered.recv().is_ok() {}
    receiving.join()?;
    Ok(())
}
