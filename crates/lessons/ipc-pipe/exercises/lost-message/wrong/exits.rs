// fail at all: the program ends when everything is sent.
fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || send_urls(&sender, urls))?;
    let receiving = Process::start("receiver", move || recv_urls(&receiver))?;
    sending.join()?;
    let _still_at_work = receiving;
    multiprocess::exit_now(0)
}
