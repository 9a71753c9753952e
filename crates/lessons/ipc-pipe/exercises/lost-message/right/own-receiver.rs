// right: the receiver has its own loop over the messages until the end.
fn receive(receiver: &Receiver<String>) -> Result<usize, Box<dyn std::error::Error>> {
    let mut count = 0;
    for url in receiver.iter() {
        say!("Process ({}) recv: {}", pid(), url?);
        count += 1;
    }
    Ok(count)
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let count = urls.len();
    let (sender, receiver) = pipe()?;
    let receiving = Process::start("receiver", move || receive(&receiver))?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let sent = sending.join();
    let received = receiving.join()?;
    sent?;
    if received == count {
        Ok(())
    } else {
        Err(format!("{received} of {count}").into())
    }
}
