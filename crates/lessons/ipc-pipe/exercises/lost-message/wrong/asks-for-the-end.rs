// fail at writer-slow: the receiver waits for each url, but when it has counted all, it checks with pauses for the end.
fn receive(pipe: &Receiver<String>, count: usize) {
    for _ in 0..count {
        match pipe.recv() {
            Ok(url) => say!("Process ({}) recv: {url}", pid()),
            Err(_) => return,
        }
    }
    while let Err(ipc_pipe::RecvError::Empty) = pipe.try_recv() {
        sleep(Duration::from_millis(2));
    }
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let count = urls.len();
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || receive(&receiver, count))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
