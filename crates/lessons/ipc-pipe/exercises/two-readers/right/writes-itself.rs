// right: its own code writes, without a line; both children read, but only while they hold the token, a byte.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (to_one, from_two) = pipe()?;
    let (to_two, from_one) = pipe()?;
    frame::write(&from_two, b"!")?;
    let ends = [(to_one, from_one), (to_two, from_two)];
    let mut readers = Vec::new();
    for (number, name) in ["reader 1", "reader 2"].into_iter().enumerate() {
        match fork(name)? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child => {
                drop(writing_end);
                let mine = ends.into_iter().nth(number);
                exit_now(mine.map_or(1, |(mine, others)| by_turns(&reading_end, &mine, &others)));
            }
        }
    }
    drop((reading_end, ends));
    for word in words {
        frame::write(&writing_end, word.as_bytes())?;
    }
    drop(writing_end);
    join_all(&readers)
}

fn by_turns(pipe: &PipeEnd, mine: &PipeEnd, others: &PipeEnd) -> i32 {
    while let Ok(Some(_)) = frame::read(mine, 1) {
        match read_word(pipe) {
            Ok(Some(word)) => print(&word),
            Ok(None) => {
                let _gone = frame::write(others, b"!");
                return 0;
            }
            Err(_) => return 1,
        }
        if frame::write(others, b"!").is_err() {
            return 0;
        }
    }
    1
}
