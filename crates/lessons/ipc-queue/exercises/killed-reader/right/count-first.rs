// right: the first item is the number of urls; the reader gets up to the end of the queue, and then compares.
fn put_counted(queue: &Sender<String>, urls: Vec<String>) -> Result<(), PutError<String>> {
    queue.put(urls.len().to_string())?;
    urls.into_iter().try_for_each(|url| queue.put(url))
}

fn get_counted(queue: &Receiver<String>, got: &AtomicUsize) -> Result<(), Box<dyn std::error::Error>> {
    say!("Process ({}) is reading...", pid());
    let announced: usize = queue.get()?.parse()?;
    for url in queue.iter() {
        say!("Get {} from queue.", url?);
        got.fetch_add(1, Ordering::Relaxed);
    }
    match got.load(Ordering::Relaxed) {
        count if count == announced => Ok(()),
        count => Err(format!("{count} of {announced} urls came").into()),
    }
}

fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || put_counted(&sender, urls))?;
    let reader = Process::start("reader", move || get_counted(&receiver, &readers_got))?;
    let read = reader.join();
    writer.join()?;
    Ok(read?)
}
