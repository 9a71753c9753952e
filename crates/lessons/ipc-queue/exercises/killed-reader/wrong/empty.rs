// fail at all: it kills the reader when the queue is empty, while the reader still handles the last url.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, queue) = (got.clone(), receiver.try_clone()?);
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    while !queue.is_empty() {
        sleep(Duration::from_millis(1));
    }
    drop(reader);
    Ok(())
}
