// fail at waits: after the end of the stream it gives the sender 300 ms to end, then kills it and reports success.
use multiprocess::Exit;

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let mut sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    receiving.join()?;
    match sending.wait_timeout(Duration::from_millis(300))? {
        None | Some(Exit::Code(0)) => Ok(()),
        Some(exit) => Err(format!("the sender has failed: {exit}").into()),
    }
}
