// fail at full: when the pipe is full, the sender gives up after 300 ms.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let a_while = Duration::from_millis(300);
    let sending = Process::start("sender", move || {
        urls.into_iter()
            .try_for_each(|url| sender.send_timeout(url, a_while))
    })?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
