// right: each url is sent with its number, so that the receiver notices when one is missing.
fn receive(pipe: &Receiver<(usize, String)>, count: usize) -> Result<(), String> {
    let mut next = 0;
    for item in pipe.iter() {
        let (number, url) = item.map_err(|error| error.to_string())?;
        if number != next {
            return Err(format!("url {next} is missing"));
        }
        say!("Process ({}) recv: {url}", pid());
        next += 1;
    }
    match next == count {
        true => Ok(()),
        false => Err(format!("{next} of {count} urls were received")),
    }
}

fn send_and_receive(urls: Vec<String>) -> StoryResult {
    let count = urls.len();
    let (sender, receiver) = pipe()?;
    let sending = Process::start("sender", move || {
        let mut numbered = urls.into_iter().enumerate();
        numbered.try_for_each(|item| sender.send(item))
    })?;
    let receiving = Process::start("receiver", move || receive(&receiver, count))?;
    sending.join()?;
    receiving.join()?;
    Ok(())
}
