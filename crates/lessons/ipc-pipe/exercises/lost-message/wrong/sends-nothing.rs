// fail at all: the receiver has the urls from the fork, and nothing is sent but the end.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe::<String>()?;
    let sending = Process::start("sender", move || drop(sender))?;
    let receiving = Process::start("receiver", move || {
        while receiver.recv().is_ok() {}
        for url in urls {
            say!("Process ({}) recv: {url}", pid());
        }
    })?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
