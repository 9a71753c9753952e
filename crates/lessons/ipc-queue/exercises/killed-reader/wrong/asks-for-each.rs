// fail at writer-slow: the reader checks every few milliseconds whether there is a url.
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
        loop {
            match receiver.try_get() {
                Ok(url) => {
                    say!("Get {url} from queue.");
                    readers_got.fetch_add(1, Ordering::Relaxed);
                }
                Err(ipc_queue::GetError::Empty) => sleep(Duration::from_millis(10)),
                Err(_) => break,
            }
        }
    })?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
