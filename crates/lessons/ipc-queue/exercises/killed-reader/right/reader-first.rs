// right: the reader is started first, and the function waits for it first.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let read = reader.join();
    let written = writer.join();
    read?;
    Ok(written?)
}
