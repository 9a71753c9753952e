// fail at as-they-come: one child reads all words before it prints the first one.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (r2, w2) = pipe()?;
    let mut readers = Vec::new();
    match fork("reader 1")? {
        Fork::Parent { child } => readers.push(child),
        Fork::Child => {
            drop(writing_end);
            drop(r2);
            let mut all = Vec::new();
            while let Ok(Some(word)) = read_word(&reading_end) {
                all.push(word)
            }
            for (n, word) in all.iter().enumerate() {
                if n % 2 == 0 {
                    print(word)
                } else if frame::write(&w2, word.as_bytes()).is_err() {
                    exit_now(1)
                }
            }
            exit_now(0)
        }
    }
    match fork("reader 2")? {
        Fork::Parent { child } => readers.push(child),
        Fork::Child => {
            drop(writing_end);
            drop(reading_end);
            drop(w2);
            exit_now(print_all(&r2))
        }
    }
    drop((reading_end, r2, w2));
    write_all(&writing_end, words)?;
    drop(writing_end);
    join_all(&readers)
}
