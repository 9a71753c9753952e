// fail at waits: it polls the count before it waits, so it never ends when the reader is killed.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, count) = (got.clone(), urls.len());
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    while got.load(Ordering::Relaxed) < count {
        sleep(Duration::from_millis(1));
    }
    reader.join()?;
    Ok(())
}
