// deadlock at all: the parent keeps a sender, so the queue has no end.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, _own) = (got.clone(), sender.try_clone()?);
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
