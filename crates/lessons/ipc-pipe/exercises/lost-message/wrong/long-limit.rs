// fail at waits: it waits with a limit of some seconds, and then lets the receiver go.
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
