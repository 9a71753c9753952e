// fail at failed-at-end: a third child passes the urls on, and its failure is not reported.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, relay_in) = pipe::<String>()?;
    let (relay_out, receiver) = pipe::<String>()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let mut relay = Process::start("relay", move || {
        while let Ok(url) = relay_in.recv() {
            if relay_out.send(url).is_err() {
                return;
            }
        }
    })?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    relay.wait()?;
    receiving.join()?;
    Ok(())
}
