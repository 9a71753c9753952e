// fail at writer-slow: the receiver checks every few milliseconds whether there is a url.
fn receive(pipe: &Receiver<String>) {
    loop {
        match pipe.try_recv() {
            Ok(url) => say!("Process ({}) recv: {url}", pid()),
            Err(ipc_pipe::RecvError::Empty) => sleep(Duration::from_millis(2)),
            Err(_) => break,
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
