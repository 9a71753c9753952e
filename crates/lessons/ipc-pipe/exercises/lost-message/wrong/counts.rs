// fail at ends: the receiver counts the urls and never reads the end.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let count = urls.len();
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || {
        for _ in 0..count {
            if let Ok(url) = receiver.recv() {
                say!("Process ({}) recv: {url}", pid());
            }
        }
    })?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
