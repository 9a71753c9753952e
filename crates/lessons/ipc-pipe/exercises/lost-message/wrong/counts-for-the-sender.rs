// fail at failed-at-end: it reports the sender's failure only if urls are missing.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let count = urls.len();
    let (sender, receiver) = pipe::<String>()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || {
        let mut got = 0_usize;
        for url in receiver.iter().map_while(Result::ok) {
            say!("Process ({}) recv: {url}", pid());
            got += 1;
        }
        got
    })?;
    let _the_count_tells = sending.join();
    let got = receiving.join()?;
    if got < count {
        return Err(format!("only {got} of {count} urls were received").into());
    }
    Ok(())
}
