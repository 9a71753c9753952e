// fail at failure: it reports no error of the children.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    let _whatever = sending.join();
    let _whatever = receiving.join();
    Ok(())
}
