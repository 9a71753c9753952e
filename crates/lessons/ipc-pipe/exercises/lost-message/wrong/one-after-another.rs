// deadlock at full: the receiver is started when the sender has ended, so all has to be in the pipe at once.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    sending.join()?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    receiving.join()?;
    Ok(())
}
