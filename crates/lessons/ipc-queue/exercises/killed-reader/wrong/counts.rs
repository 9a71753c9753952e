// fail at ends: it counts, and kills the reader when the reader has got everything.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, count) = (got.clone(), urls.len());
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    while got.load(Ordering::Relaxed) < count {
        sleep(Duration::from_millis(1));
    }
    drop(reader);
    Ok(())
}
