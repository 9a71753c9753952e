// fail at together: the reader is started only when the writer has ended.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    writer.join()?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    reader.join()?;
    Ok(())
}
