// fail at waits: it checks again and again whether the receiver has ended.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let mut receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    while receiving.wait_timeout(Duration::from_millis(1))?.is_none() {}
    receiving.join()?;
    Ok(())
}
