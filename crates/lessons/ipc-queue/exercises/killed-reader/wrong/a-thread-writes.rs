// fail at ends: the writer is a thread of the first process.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = std::thread::spawn(move || {
        write_urls(&sender, urls).map_err(|error| error.to_string())
    });
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join().map_err(|_| "the writer has panicked")??;
    reader.join()?;
    Ok(())
}
