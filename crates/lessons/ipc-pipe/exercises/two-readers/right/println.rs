// right: one child passes every second word on; both print by `println!`, each word as it comes.
fn took(word: &str) {
    println!("Process ({}) took \"{word}\"", pid());
}

fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            exit_now(first_reader(&reading_end, &second_writing));
        }
    };
    drop((reading_end, second_writing));
    let second = match fork("reader 2")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(writing_end);
            exit_now(second_reader(&second_reading));
        }
    };
    drop(second_reading);
    let written = write_all(&writing_end, words);
    drop(writing_end);
    join_all(&[first, second])?;
    written
}

fn first_reader(pipe: &PipeEnd, other: &PipeEnd) -> i32 {
    for place in 0_usize.. {
        match read_word(pipe) {
            Ok(Some(word)) if place.is_multiple_of(2) => took(&word),
            Ok(Some(word)) => {
                if frame::write(other, word.as_bytes()).is_err() {
                    return 1;
                }
            }
            Ok(None) => return 0,
            Err(_) => return 1,
        }
    }
    1
}

fn second_reader(pipe: &PipeEnd) -> i32 {
    loop {
        match read_word(pipe) {
            Ok(Some(word)) => took(&word),
            Ok(None) => return 0,
            Err(_) => return 1,
        }
    }
}
