// fail at late-failure: it reports how the first child has ended, but only waits for the second one.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (r2, w2) = pipe()?;
    let mut readers = Vec::new();
    for name in ["reader 1", "reader 2"] {
        match fork(name)? {
            Fork::Parent { child } => readers.push(child),
            Fork::Child if name == "reader 1" => {
                drop(writing_end);
                drop(r2);
                let mut is_mine = true;
                while let Ok(Some(word)) = read_word(&reading_end) {
                    if is_mine {
                        print(&word)
                    } else if frame::write(&w2, word.as_bytes()).is_err() {
                        exit_now(1)
                    }
                    is_mine = !is_mine;
                }
                exit_now(0)
            }
            Fork::Child => {
                drop(writing_end);
                drop(w2);
                drop(reading_end);
                exit_now(print_all(&r2))
            }
        }
    }
    drop((reading_end, r2, w2));
    write_all(&writing_end, words)?;
    drop(writing_end);
    let first = wait(readers[0])?;
    wait(readers[1])?;
    if first == Exit::Code(0) {
        Ok(())
    } else {
        Err("failed".into())
    }
}
