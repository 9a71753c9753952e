// fail at writer-slow: the parent writes all words into the pipe before it reads them and hands them out.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (one_reading, one_writing) = pipe()?;
    let (two_reading, two_writing) = pipe()?;
    write_all(&writing_end, words)?;
    drop(writing_end);
    let hands_out = match fork("hands out")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((one_reading, two_reading));
            let mut ends = [&one_writing, &two_writing].into_iter().cycle();
            while let (Ok(Some(word)), Some(end)) = (read_word(&reading_end), ends.next()) {
                if frame::write(end, word.as_bytes()).is_err() {
                    exit_now(1);
                }
            }
            exit_now(0);
        }
    };
    drop((reading_end, one_writing, two_writing));
    let mut readers = vec![hands_out];
    let mut ends = vec![one_reading, two_reading];
    while let Some(end) = ends.pop() {
        match fork("reader")? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => exit_now(print_all(&end)),
        }
    }
    join_all(&readers)
}
