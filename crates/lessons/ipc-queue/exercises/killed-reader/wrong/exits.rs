// fail at all: the program ends when everything is put.
fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    writer.join()?;
    let _still_at_work = reader;
    multiprocess::exit_now(0)
}
