// fail at writer-slow: the parent waits twenty seconds for the sender, and then goes on without it.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let mut sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    if sending.wait_timeout(Duration::from_secs(20))?.is_some() {
        sending.join()?;
    }
    receiving.join()?;
    Ok(())
}
