// fail at all: the reader knows the urls from the fork, and prints and counts them before it gets any.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, known) = (got.clone(), urls.clone());
    let write = move || urls.into_iter().try_for_each(|url| sender.put(url));
    let writer = Process::start("writer", write)?;
    let reader = Process::start("reader", move || {
        say!("Process ({}) is reading...", pid());
        for url in known {
            say!("Get {url} from queue.");
            readers_got.fetch_add(1, Ordering::Relaxed);
        }
        while receiver.get().is_ok() {}
    })?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
