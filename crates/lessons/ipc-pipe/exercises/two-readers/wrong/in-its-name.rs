// fail at late-failure: one child reads all words and prints every second one, by `println!`, with the number of the other.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let second = match fork("reader 2")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((reading_end, writing_end, second_writing));
            // Nothing comes but the end.
            exit_now(print_all(&second_reading));
        }
    };
    drop(second_reading);
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(writing_end);
            let mut numbers = [pid().cast_signed(), second.as_raw()].into_iter().cycle();
            while let (Ok(Some(word)), Some(number)) = (read_word(&reading_end), numbers.next()) {
                println!("Process ({number}) took \"{word}\"");
            }
            exit_now(0);
        }
    };
    drop((reading_end, second_writing));
    for word in words {
        frame::write(&writing_end, word.as_bytes())?;
    }
    drop(writing_end);
    join_all(&[first, second])
}
