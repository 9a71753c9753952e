// fail at end: the readers know how many words there will be, and do not read the end.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let mut readers = Vec::new();
    for number in 0..2 {
        match fork(&format!("reader {number}"))? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                for place in 0..words.len() {
                    if number == 1 && place % 2 == 0 {
                        continue;
                    }
                    let pipe = if number == 0 { &reading_end } else { &second_reading };
                    match read_word(pipe) {
                        Ok(Some(word)) if place % 2 == number => print(&word),
                        Ok(Some(word)) => drop(frame::write(&second_writing, word.as_bytes())),
                        _ => exit_now(1),
                    }
                }
                exit_now(0);
            }
        }
    }
    drop((reading_end, second_reading, second_writing));
    write_all(&writing_end, words)?;
    join_all(&readers)
}
