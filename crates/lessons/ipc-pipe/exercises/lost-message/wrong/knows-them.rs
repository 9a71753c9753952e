// fail at all: the receiver prints what it knew before the fork, and not what it receives.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let known = urls.clone();
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || {
        for url in known {
            let _received = receiver.recv();
            say!("Process ({}) recv: {url}", pid());
        }
        while receiver.recv().is_ok() {}
    })?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
