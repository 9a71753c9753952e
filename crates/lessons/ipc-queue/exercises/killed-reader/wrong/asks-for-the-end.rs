// fail at writer-slow: the reader waits for each url, but when it has counted all, it checks with pauses for the end.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, count) = (got.clone(), urls.len());
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || {
        say!("Process ({}) is reading...", pid());
        for _ in 0..count {
            let Ok(url) = receiver.get() else { return };
            say!("Get {url} from queue.");
            readers_got.fetch_add(1, Ordering::Relaxed);
        }
        while let Err(ipc_queue::GetError::Empty) = receiver.try_get() {
            sleep(Duration::from_millis(5));
        }
    })?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
