// right: the first reader starts the second one, and sends it its words through the pipe of the lesson.
fn share(words: &[String]) -> StoryResult {
    use multiprocess::Process;
    let (reading_end, writing_end) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(writing_end);
            exit_now(i32::from(first_reader(&reading_end).is_err()));
        }
    };
    drop(reading_end);
    let written = write_all(&writing_end, words);
    drop(writing_end);
    join_all(&[first])?;
    return written;

    fn first_reader(pipe: &PipeEnd) -> StoryResult {
        let (sender, receiver) = ipc_pipe::pipe::<String>()?;
        let second = Process::start("reader 2", move || {
            for word in receiver.iter() {
                match word {
                    Ok(word) => print(&word),
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })?;
        let mut count = 0;
        while let Some(word) = read_word(pipe)? {
            count += 1;
            if count % 2 == 1 {
                print(&word);
            } else {
                sender.send(word)?;
            }
        }
        drop(sender);
        second.join()?;
        Ok(())
    }
}
