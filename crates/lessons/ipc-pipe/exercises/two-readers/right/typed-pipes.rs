// right: both pipes are those of the lesson; one child receives all words, and sends every second one on.
use ipc_pipe::{Receiver, RecvError, Sender};
use multiprocess::Process;

fn deal(words: &Receiver<String>, others: &Sender<String>) -> Result<(), Box<dyn std::error::Error>> {
    for (place, word) in words.iter().enumerate() {
        match place % 2 {
            0 => print(&word?),
            _ => others.send(word?)?,
        }
    }
    Ok(())
}

fn print_each(words: &Receiver<String>) -> Result<(), RecvError> {
    words.iter().try_for_each(|word| word.map(|word| print(&word)))
}

fn share(words: &[String]) -> StoryResult {
    let (sender, receiver) = ipc_pipe::pipe::<String>()?;
    let (second_sender, second_receiver) = ipc_pipe::pipe::<String>()?;
    let first = Process::start("reader 1", move || deal(&receiver, &second_sender))?;
    let second = Process::start("reader 2", move || print_each(&second_receiver))?;
    for word in words {
        say!("Process ({}) writes \"{word}\"", pid());
        sender.send(word.clone())?;
    }
    drop(sender);
    let first = first.join();
    second.join()?;
    Ok(first?)
}
