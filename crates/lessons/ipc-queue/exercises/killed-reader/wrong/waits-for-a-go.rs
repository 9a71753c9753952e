// fail at writer-slow: the reader is there, but gets nothing before the parent has waited for the end of the writer.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let (go, may_go) = unbounded::<()>()?;
    let reader = Process::start("reader", move || {
        // Everything is in the queue when the signal comes.
        if may_go.get().is_ok() {
            read_urls(&receiver, &readers_got);
        }
    })?;
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    writer.join()?;
    go.put(())?;
    reader.join()?;
    Ok(())
}
