// fail at slow: its lines have another process's number; it gives the receiver twenty seconds, then kills it.
fn receive(pipe: &Receiver<String>) {
    while let Ok(url) = pipe.recv() {
        say!("Process (1) recv: {url}");
    }
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let mut receiving = Process::start("receiver", move || receive(&receiver))?;
    sending.join()?;
    if receiving.wait_timeout(Duration::from_secs(20))?.is_some() {
        receiving.join()?;
    }
    Ok(())
}
