// fail at words: it prints what should be read.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let mut readers = Vec::new();
    for number in 0..2 {
        match fork(&format!("reader {number}"))? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                drop((writing_end, reading_end));
                for word in words.iter().skip(number).step_by(2) {
                    print(word);
                }
                exit_now(0);
            }
        }
    }
    write_all(&writing_end, words)?;
    drop((reading_end, writing_end));
    join_all(&readers)
}
