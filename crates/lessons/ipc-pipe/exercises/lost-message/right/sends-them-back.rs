// right: the receiver sends each url back to the parent, which compares them.
fn receive(pipe: &Receiver<String>, back: &Sender<String>) -> Result<(), SendError<String>> {
    for url in pipe.iter().flatten() {
        say!("Process ({}) recv: {url}", pid());
        back.send(url)?;
    }
    Ok(())
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let sent = urls.clone();
    let (sender, receiver) = pipe()?;
    let (back, returned) = pipe::<String>()?;
    let sending = Process::start("sender", move || urls.into_iter().try_for_each(|url| sender.send(url)))?;
    let receiving = Process::start("receiver", move || receive(&receiver, &back))?;
    let got: Vec<_> = returned.iter().flatten().collect();
    sending.join()?;
    receiving.join()?;
    match got == sent {
        true => Ok(()),
        false => Err("not all urls came back".into()),
    }
}
