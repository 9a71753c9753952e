// right: it writes each word in two steps, length and letters, and a reader also prints a line at the end.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            let mut is_mine = true;
            while let Ok(Some(word)) = read_word(&reading_end) {
                match is_mine {
                    true => print(&word),
                    false => frame::write(&second_writing, word.as_bytes()).unwrap_or(()),
                }
                is_mine = !is_mine;
            }
            print("end of stream");
            exit_now(0);
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
    for word in words {
        use std::io::Write;
        say!("Process ({}) writes \"{word}\"", pid());
        (&writing_end).write_all(&u32::try_from(word.len())?.to_le_bytes())?;
        (&writing_end).write_all(word.as_bytes())?;
    }
    drop(writing_end);
    join_all(&[first, second])
}
