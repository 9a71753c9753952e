// fail at all: it prints the urls that should be got.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (lines, _unused) = (urls.clone(), receiver);
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    writer.join()?;
    for url in lines {
        say!("Get {url} from queue.");
        got.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
