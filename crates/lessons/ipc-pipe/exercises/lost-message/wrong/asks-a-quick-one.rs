// fail at waits: the receiver's own loop takes no time; the parent checks now and then whether it has ended.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || urls.into_iter().try_for_each(|url| sender.send(url)))?;
    let mut receiving = Process::start("receiver", move || {
        for url in receiver.iter().map_while(Result::ok) {
            say!("Process ({}) recv: {url}", pid());
        }
    })?;
    sending.join()?;
    while receiving.wait_timeout(Duration::from_millis(30))?.is_none() {}
    receiving.join()?;
    Ok(())
}
