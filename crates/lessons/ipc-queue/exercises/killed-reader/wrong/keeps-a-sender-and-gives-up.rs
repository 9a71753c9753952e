// fail at writer-slow: the parent keeps a sender, so the queue has no end; the reader gives up after 300 ms.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, writers_sender) = (got.clone(), sender.try_clone()?);
    let writer = Process::start("writer", move || write_urls(&writers_sender, urls))?;
    let reader = Process::start("reader", move || {
        say!("Process ({}) is reading...", pid());
        while let Ok(url) = receiver.get_timeout(Duration::from_millis(300)) {
            say!("Get {url} from queue.");
            readers_got.fetch_add(1, Ordering::Relaxed);
        }
    })?;
    writer.join()?;
    reader.join()?;
    drop(sender);
    Ok(())
}
