// right: the first message is the number of words, which the first reader compares at the end.
use ipc_pipe::{Receiver, RecvError, Sender};
use multiprocess::Process;

fn first_reader(words: &Receiver<String>, other: &Sender<String>) -> Result<(), Box<dyn std::error::Error>> {
    let announced: usize = words.recv()?.parse()?;
    let mut count = 0;
    for word in words.iter() {
        match count % 2 {
            0 => print(&word?),
            _ => other.send(word?)?,
        }
        count += 1;
    }
    match count == announced {
        true => Ok(()),
        false => Err(format!("{count} of {announced} words came").into()),
    }
}

fn second_reader(words: &Receiver<String>) -> Result<(), RecvError> {
    words.iter().try_for_each(|word| word.map(|word| print(&word)))
}

fn share(words: &[String]) -> StoryResult {
    let (sender, receiver) = ipc_pipe::pipe::<String>()?;
    let (second_sender, second_receiver) = ipc_pipe::pipe::<String>()?;
    let first = Process::start("reader 1", move || first_reader(&receiver, &second_sender))?;
    let second = Process::start("reader 2", move || second_reader(&second_receiver))?;
    sender.send(words.len().to_string())?;
    for word in words {
        say!("Process ({}) writes \"{word}\"", pid());
        sender.send(word.clone())?;
    }
    drop(sender);
    let first = first.join();
    second.join()?;
    Ok(first?)
}
