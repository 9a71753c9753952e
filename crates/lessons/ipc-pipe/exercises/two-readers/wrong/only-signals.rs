// fail at failed-at-end: it reports a child that was killed, but not one that ended with exit code 1.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            exit_now(every_second(&reading_end, &second_writing));
        }
    };
    drop((reading_end, second_writing));
    let second = match fork("reader 2")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(writing_end);
            exit_now(print_all(&second_reading));
        }
    };
    drop(second_reading);
    let written = write_all(&writing_end, words);
    drop(writing_end);
    for child in [first, second] {
        if let Exit::Signal(number) = wait(child)? {
            return Err(format!("a reader was killed by signal {number}").into());
        }
    }
    written
}

fn every_second(pipe: &PipeEnd, other: &PipeEnd) -> i32 {
    let mut is_mine = true;
    loop {
        match read_word(pipe) {
            Ok(Some(word)) if is_mine => print(&word),
            Ok(Some(word)) => {
                if frame::write(other, word.as_bytes()).is_err() {
                    return 1;
                }
            }
            Ok(None) => return 0,
            Err(_) => return 1,
        }
        is_mine = !is_mine;
    }
}
