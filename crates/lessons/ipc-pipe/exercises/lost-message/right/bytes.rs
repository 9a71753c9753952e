// right: the messages are the bytes of the urls, which the receiver turns into text again.
fn receive(pipe: &Receiver<Vec<u8>>) -> Result<(), String> {
    for url in pipe.iter() {
        let url = url.map_err(|error| error.to_string())?;
        let url = String::from_utf8(url).map_err(|error| error.to_string())?;
        say!("Process ({}) recv: {url}", pid());
    }
    Ok(())
}

fn send_bytes(pipe: &Sender<Vec<u8>>, urls: Vec<String>) -> Result<(), SendError<Vec<u8>>> {
    for url in urls {
        pipe.send(url.into_bytes())?;
    }
    Ok(())
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe::<Vec<u8>>()?;
    let sending = Process::start("sender", move || send_bytes(&sender, urls))?;
    let receiving = Process::start("receiver", move || receive(&receiver))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
