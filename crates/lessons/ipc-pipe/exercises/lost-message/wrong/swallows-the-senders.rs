// fail at sender-killed: it reports how the receiver has ended, but only waits for the sender.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    let _ = sending.join();
    receiving.join()?;
    Ok(())
}
