// right: the child that receives does so in another thread.
fn receive(pipe: Receiver<String>) -> Result<(), String> {
    let received = std::thread::spawn(move || recv_urls(&pipe)).join();
    received.map_err(|_| "the thread that receives has panicked".to_owned())
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || receive(receiver))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
