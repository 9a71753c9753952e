// fail at words: the parent writes the odd words into one pipe, and then the even ones into another.
fn share(words: &[String]) -> StoryResult {
    let mut readers = Vec::new();
    for (index, name) in ["reader 1", "reader 2"].into_iter().enumerate() {
        let (reading_end, writing_end) = pipe()?;
        match fork(name)? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                drop(writing_end);
                exit_now(print_all(&reading_end));
            }
        }
        drop(reading_end);
        let its: Vec<String> = words.iter().skip(index).step_by(2).cloned().collect();
        write_all(&writing_end, &its)?;
    }
    join_all(&readers)
}
