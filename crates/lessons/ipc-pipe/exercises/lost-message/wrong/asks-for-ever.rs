// timeout at all: the receiver checks with pauses, and treats the end like one more pause.
fn receive(pipe: &Receiver<String>) {
    loop {
        match pipe.try_recv() {
            Ok(url) => say!("Process ({}) recv: {url}", pid()),
            Err(_) => sleep(Duration::from_millis(20)),
        }
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
