// fail at failed-at-end: it waits for both children, but reports an error only if urls are missing.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, count) = (got.clone(), urls.len());
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    let _the_count_tells = (writer.join(), reader.join());
    match got.load(Ordering::Relaxed) {
        got if got == count => Ok(()),
        got => Err(format!("{got} of {count} urls were got").into()),
    }
}
