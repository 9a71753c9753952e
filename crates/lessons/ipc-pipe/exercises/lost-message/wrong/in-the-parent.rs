// fail at ends: the parent receives, and there is no second child.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    recv_urls(&receiver);
    Ok(sending.join()?)
}
