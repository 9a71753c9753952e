// right: the reader answers when it has got everything; a wait for this answer also ends at its death.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, count) = (got.clone(), urls.len());
    let (answer, answered) = unbounded()?;
    let reader = Process::start("reader", move || {
        read_urls(&receiver, &readers_got);
        answer.put(readers_got.load(Ordering::Relaxed))
    })?;
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let got = answered.get()?;
    writer.join()?;
    reader.join()?;
    match got == count {
        true => Ok(()),
        false => Err(format!("{got} of {count} were got").into()),
    }
}
