// deadlock at reader-killed: it waits for an answer to each url, but keeps an end that could still send one.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let (readers_got, count) = (got.clone(), urls.len());
    let (answers, answered) = unbounded()?;
    let readers_answers = answers.try_clone()?;
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || {
        read_urls(&receiver, &readers_got);
        for _ in 0..count {
            let _gone = readers_answers.put(());
        }
    })?;
    writer.join()?;
    for _ in 0..count {
        answered.get()?;
    }
    reader.join()?;
    Ok(())
}
