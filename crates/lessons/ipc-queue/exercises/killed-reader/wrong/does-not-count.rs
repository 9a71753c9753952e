// fail at all: the reader's own loop prints each url, but does not count it for the caller.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    _got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || {
        say!("Process ({}) is reading...", pid());
        while let Ok(url) = receiver.get() {
            say!("Get {url} from queue.");
        }
    })?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
