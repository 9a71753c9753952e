// right: the receiver has its own loop and prints why the loop ended, in a line like the others.
fn receive(pipe: &Receiver<String>) {
    loop {
        match pipe.recv() {
            Ok(url) => say!("Process ({}) recv: {url}", pid()),
            Err(error) => {
                say!("Process ({}) recv: {error}", pid());
                break;
            }
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
