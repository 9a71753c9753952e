// fail at waits: it only replaces the drop, and still polls until the first url is got.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    for _ in 0..1000 {
        if got.load(Ordering::Relaxed) > 0 {
            break;
        }
        sleep(Duration::from_millis(1));
    }
    reader.join()?;
    Ok(())
}
