// fail at slow: it waits with a time limit, and then drops the handle, which kills the receiver.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let mut receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    receiving.wait_timeout(Duration::from_millis(600))?;
    Ok(())
}
