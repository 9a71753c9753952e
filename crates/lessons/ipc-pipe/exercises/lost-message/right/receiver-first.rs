// right: it waits for the receiver first; by then the sender has ended, too.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    let received = receiving.join();
    let sent = sending.join();
    received?;
    Ok(sent?)
}
