// right: the receiver has a loop of its own, and prints at the end how many urls it got, without its number.
fn receive(pipe: &Receiver<String>) {
    let mut count = 0;
    while let Ok(url) = pipe.recv() {
        say!("Process ({}) recv: {url}", pid());
        count += 1;
    }
    say!("Total recv: {count}");
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || receive(&receiver))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
