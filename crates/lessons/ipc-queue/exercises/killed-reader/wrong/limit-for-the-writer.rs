// fail at waits: when the reader has ended, it gives the writer 300 ms to end, then kills it and reports success.
use multiprocess::Exit;

fn write_and_read(
    sender: Sender<String>,
    receiver: Receiver<String>,
    urls: Vec<String>,
    got: &AtomicValue<AtomicUsize>,
) -> StoryResult {
    let readers_got = got.clone();
    let mut writer = Process::start("writer", move || write_urls(&sender, urls))?;
    let reader = Process::start("reader", move || read_urls(&receiver, &readers_got))?;
    reader.join()?;
    match writer.wait_timeout(Duration::from_millis(300))? {
        None | Some(Exit::Code(0)) => Ok(()),
        Some(exit) => Err(format!("the writer has failed: {exit}").into()),
    }
}
