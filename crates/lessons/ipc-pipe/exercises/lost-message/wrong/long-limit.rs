// fail at waits: it waits for some seconds at most, and then drops the handle of the receiver.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let mut receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    if receiving.wait_timeout(Duration::from_secs(30))?.is_some() {
        receiving.join()?;
    }
    Ok(())
}
