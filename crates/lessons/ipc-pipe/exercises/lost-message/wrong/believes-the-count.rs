// fail: it compares how many urls were received, and does not report how its children ended.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let count = urls.len();
    let (sender, receiver) = pipe::<String>()?;
    let (answer, answered) = pipe::<usize>()?;
    let mut sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let mut receiving = Process::start("receiver", move || {
        let mut got = 0;
        while let Ok(url) = receiver.recv() {
            say!("Process ({}) recv: {url}", pid());
            got += 1;
        }
        answer.send(got)
    })?;
    let got = answered.recv().unwrap_or(0);
    sending.wait()?;
    receiving.wait()?;
    match got == count {
        true => Ok(()),
        false => Err(format!("{got} of {count} urls were received").into()),
    }
}
