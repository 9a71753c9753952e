// deadlock at failure: the parent keeps its copy of the reading end.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            let mut is_mine = true;
            while let Ok(Some(word)) = read_word(&reading_end) {
                if is_mine {
                    print(&word);
                } else if frame::write(&second_writing, word.as_bytes()).is_err() {
                    exit_now(1);
                }
                is_mine = !is_mine;
            }
            exit_now(0);
        }
    };
    drop(second_writing);
    let second = match fork("reader 2")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(writing_end);
            exit_now(print_all(&second_reading));
        }
    };
    let written = write_all(&writing_end, words);
    drop(writing_end);
    join_all(&[first, second])?;
    written
}
