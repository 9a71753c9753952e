// right: the reader prints why its loop ended, in a line like the others.
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
            match receiver.get() {
                Ok(url) => {
                    say!("Get {url} from queue.");
                    readers_got.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => {
                    say!("Get {error} from queue.");
                    break;
                }
            }
        }
    })?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
