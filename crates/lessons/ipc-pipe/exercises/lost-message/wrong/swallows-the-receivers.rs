// fail: the sender is asked how it has ended, and the receiver is only waited for.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    let _ = receiving.join();
    Ok(())
}
