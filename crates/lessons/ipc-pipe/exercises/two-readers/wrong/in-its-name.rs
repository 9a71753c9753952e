// fail at turns: one child prints all words, half of them with the number of another process.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(writing_end);
            let mut n = 0;
            while let Ok(Some(word)) = read_word(&reading_end) {
                say!("Process ({}) took \"{word}\"", pid() + n % 2);
                n += 1;
            }
            exit_now(0)
        }
    };
    drop(reading_end);
    write_all(&writing_end, words)?;
    drop(writing_end);
    join_all(&[first])
}
