// right: it uses the pipes of the lesson, and sends the words with their moments, as the program does.
use ipc_pipe::{Receiver, RecvError};
use multiprocess::Process;

fn print_each(words: &Receiver<String>) -> Result<(), RecvError> {
    words.iter().try_for_each(|word| word.map(|word| print(&word)))
}

fn share(words: &[String]) -> StoryResult {
    let (sender, receiver) = ipc_pipe::pipe::<String>()?;
    let (second_sender, second_receiver) = ipc_pipe::pipe::<String>()?;
    let first = Process::start("reader 1", move || {
        for (place, word) in receiver.iter().flatten().enumerate() {
            if place % 2 == 0 {
                print(&word);
            } else if second_sender.send(word).is_err() {
                return Err("the other reader has gone");
            }
        }
        Ok(())
    })?;
    let second = Process::start("reader 2", move || print_each(&second_receiver))?;
    for word in words {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let word = format!("{word}@{}", now.subsec_micros());
        say!("Process ({}) writes \"{word}\"", pid());
        sender.send(word)?;
    }
    drop(sender);
    let first = first.join();
    second.join()?;
    Ok(first?)
}
