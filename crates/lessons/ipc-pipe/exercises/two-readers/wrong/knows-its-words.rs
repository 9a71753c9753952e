// fail: each child knows the words from the fork, and prints its own by `println!` before it reads any.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            print_known(words, 0);
            let mut is_mine = true;
            while let Ok(Some(word)) = read_word(&reading_end) {
                if !is_mine && frame::write(&second_writing, word.as_bytes()).is_err() {
                    exit_now(1);
                }
                is_mine = !is_mine;
            }
            exit_now(0);
        }
    };
    drop((reading_end, second_writing));
    let second = match fork("reader 2")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop(writing_end);
            print_known(words, 1);
            while let Ok(Some(_)) = read_word(&second_reading) {}
            exit_now(0);
        }
    };
    drop(second_reading);
    for word in words {
        frame::write(&writing_end, word.as_bytes())?;
    }
    drop(writing_end);
    join_all(&[first, second])
}

fn print_known(words: &[String], first: usize) {
    for word in words.iter().skip(first).step_by(2) {
        println!("Process ({}) took \"{word}\"", pid());
    }
}
