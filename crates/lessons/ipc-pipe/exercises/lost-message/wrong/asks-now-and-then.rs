// fail at waits: for some seconds it checks now and then whether the receiver has ended.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let mut receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    for _ in 0..60 {
        if receiving.wait_timeout(Duration::ZERO)?.is_some() {
            return receiving.join().map_err(Into::into);
        }
        sleep(Duration::from_millis(150));
    }
    Ok(())
}
