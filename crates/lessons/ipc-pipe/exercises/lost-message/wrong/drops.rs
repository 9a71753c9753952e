// fail at ends: it sleeps, and drops the receiver's handle, which kills it.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    sleep(Duration::from_secs(2));
    drop(receiving);
    Ok(())
}
