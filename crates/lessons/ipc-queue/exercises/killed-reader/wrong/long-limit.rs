// fail at waits: it waits for some seconds at most, and then drops the handle of the reader.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let mut reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    match reader.wait_timeout(Duration::from_secs(4))? {
        Some(_) => Ok(reader.join()?),
        None => Ok(()),
    }
}
