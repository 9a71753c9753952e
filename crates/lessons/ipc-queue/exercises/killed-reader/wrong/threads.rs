// fail at ends: it uses threads instead of child processes.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = std::thread::spawn(move || write_urls(&sender, urls).map_err(|_| "writer"));
    let reader = std::thread::spawn(move || read_urls(&receiver, &readers_got));
    writer.join().map_err(|_| "writer")??;
    reader.join().map_err(|_| "reader")?;
    Ok(())
}
