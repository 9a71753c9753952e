// fail at writer-slow: the receiver takes 300 ms of silence for the end of the stream.
fn receive(pipe: &Receiver<String>) {
    while let Ok(url) = pipe.recv_timeout(Duration::from_millis(300)) {
        say!("Process ({}) recv: {url}", pid());
    }
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || receive(&receiver))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
