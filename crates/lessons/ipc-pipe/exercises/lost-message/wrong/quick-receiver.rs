// fail at ends: the receiver is made quick, but is killed all the same.
fn receive(pipe: &Receiver<String>) {
    while let Ok(url) = pipe.recv() {
        say!("Process ({}) recv: {url}", pid());
    }
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let receiving = Process::start("receiver", move || receive(&receiver))?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    sending.join()?;
    sleep(Duration::from_millis(300));
    receiving.terminate()?;
    Ok(())
}
