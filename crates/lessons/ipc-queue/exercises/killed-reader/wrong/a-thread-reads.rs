// fail at ends: the reader is a thread of the first process.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = std::thread::spawn(move || read_urls(&receiver, &readers_got));
    writer.join()?;
    reader.join().map_err(|_| "the reader has panicked")?;
    Ok(())
}
