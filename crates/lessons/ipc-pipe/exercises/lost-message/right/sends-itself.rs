// right: the sending child has a loop of its own, which prints no line.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || urls.into_iter().try_for_each(|url| sender.send(url)))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
