// fail at ends: it uses threads instead of child processes.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = std::thread::spawn(move || send_urls(&sender, urls).map_err(|_| "sender"));
    let receiving = std::thread::spawn(move || recv_urls(&receiver));
    sending.join().map_err(|_| "sender")??;
    receiving.join().map_err(|_| "receiver")?;
    Ok(())
}
