// right: the writer has a loop of its own, which prints no line.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let write = move || urls.into_iter().try_for_each(|url| sender.put(url));
    let writer = Process::start("writer", write)?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    reader.join()?;
    Ok(())
}
