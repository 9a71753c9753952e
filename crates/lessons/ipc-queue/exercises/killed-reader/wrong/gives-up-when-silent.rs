// fail at writer-slow: the reader takes 300 ms of silence for the end of the queue.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || {
        say!("Process ({}) is reading...", pid());
        while let Ok(url) = receiver.get_timeout(Duration::from_millis(300)) {
            say!("Get {url} from queue.");
            readers_got.fetch_add(1, Ordering::Relaxed);
        }
    })?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
