// right: the receiver has a loop of its own and prints each url by `println!` when it has come.
fn receive(pipe: &Receiver<String>) {
    for url in pipe.iter().map_while(Result::ok) {
        println!("Process ({}) recv: {url}", pid());
    }
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || receive(&receiver))?;
    let (sent, received) = (sending.join(), receiving.join());
    sent?;
    received?;
    Ok(())
}
