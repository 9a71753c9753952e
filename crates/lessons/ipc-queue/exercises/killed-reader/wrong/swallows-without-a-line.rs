// fail at reader-killed: the reader prints no first line, and how it has ended is not reported.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let mut reader = Process::start("reader", move || {
        for url in receiver.iter().map_while(Result::ok) {
            say!("Get {url} from queue.");
            readers_got.fetch_add(1, Ordering::Relaxed);
        }
    })?;
    writer.join()?;
    reader.wait()?;
    Ok(())
}
