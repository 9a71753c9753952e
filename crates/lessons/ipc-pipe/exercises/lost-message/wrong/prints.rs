// fail at all: it prints what should be received.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let lines = urls.clone();
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    sending.join()?;
    for url in lines {
        say!("Process ({}) recv: {url}", pid());
    }
    Ok(())
}
