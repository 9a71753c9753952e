// fail at slow: it waits with a time limit, and then drops the handle, which kills the reader.
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
    reader.wait_timeout(Duration::from_millis(700))?;
    Ok(())
}
