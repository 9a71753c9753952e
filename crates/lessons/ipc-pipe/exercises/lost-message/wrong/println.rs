// fail: the receiver knows the urls from the fork and prints them by `println!` before it receives any.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let known = urls.clone();
    let (sender, receiver) = pipe::<String>()?;
    let sending = Process::start("sender", move || {
        urls.into_iter().try_for_each(|url| sender.send(url))
    })?;
    let receiving = Process::start("receiver", move || {
        for url in known {
            println!("Process ({}) recv: {url:.4000}", pid());
        }
        while receiver.recv().is_ok() {}
    })?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
