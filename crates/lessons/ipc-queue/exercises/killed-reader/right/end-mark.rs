// right: a mark in the queue tells the reader to end.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (marks, counted) = (sender.try_clone()?, got.clone());
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || {
        say!("Process ({}) is reading...", pid());
        while let Ok(url) = receiver.get() {
            if url.is_empty() {
                break;
            }
            say!("Get {url} from queue.");
            counted.fetch_add(1, Ordering::Relaxed);
        }
    })?;
    let written = writer.join();
    marks.put(String::new())?;
    reader.join()?;
    Ok(written?)
}
