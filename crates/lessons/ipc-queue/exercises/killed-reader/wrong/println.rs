// fail: the reader knows the urls from the fork, and prints (by `println!`) and counts them before it gets any.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, known) = (got.clone(), urls.clone());
    let writer = Process::start("writer", move || {
        urls.into_iter().try_for_each(|url| sender.put(url))
    })?;
    let reader = Process::start("reader", move || {
        say!("Process ({}) is reading...", pid());
        for url in known {
            println!("Get {url} from queue.");
            readers_got.fetch_add(1, Ordering::Relaxed);
        }
        while receiver.get().is_ok() {}
    })?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
