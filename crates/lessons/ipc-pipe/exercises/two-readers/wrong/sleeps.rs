// fail: both children read from one end, and sleep to take turns.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let mut readers = Vec::new();
    for number in 0..2_u64 {
        match fork(&format!("reader {number}"))? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                drop(writing_end);
                sleep(Duration::from_millis(100 * number));
                while let Ok(Some(word)) = read_word(&reading_end) {
                    print(&word);
                    sleep(Duration::from_millis(195));
                }
                exit_now(0);
            }
        }
    }
    drop(reading_end);
    write_all(&writing_end, words)?;
    drop(writing_end);
    join_all(&readers)
}
