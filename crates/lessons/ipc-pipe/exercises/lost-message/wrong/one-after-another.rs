// fail at writer-slow: the receiver starts after the sender has ended, so all urls have to fit into the pipe.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    sending.join()?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    receiving.join()?;
    Ok(())
}
