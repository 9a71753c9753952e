// fail at turns: one child reads and prints all words, and the other one does nothing.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let mut readers = Vec::new();
    for number in 0..2 {
        match fork(&format!("reader {number}"))? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                drop(writing_end);
                exit_now(if number == 0 { print_all(&reading_end) } else { 0 });
            }
        }
    }
    drop(reading_end);
    write_all(&writing_end, words)?;
    drop(writing_end);
    join_all(&readers)
}
