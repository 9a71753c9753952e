// fail at ends: the parent reads, and there is no second child.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    read_urls(&receiver, got);
    Ok(writer.join()?)
}
