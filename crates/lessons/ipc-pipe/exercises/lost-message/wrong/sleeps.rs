// fail at ends: it sleeps for long enough, and then tells the receiver to end.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    sleep(Duration::from_millis(1500));
    receiving.terminate()?;
    Ok(())
}
