// fail at one-pipe: each word is written into two pipes, and each child prints every second word of its own.
fn every_second(pipe: &PipeEnd, mut is_mine: bool) -> i32 {
    while let Ok(Some(word)) = read_word(pipe) {
        if is_mine {
            print(&word);
        }
        is_mine = !is_mine;
    }
    0
}

fn share(words: &[String]) -> StoryResult {
    let (one_reading, one_writing) = pipe()?;
    let (two_reading, two_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((one_writing, two_writing, two_reading));
            exit_now(every_second(&one_reading, true));
        }
    };
    drop(one_reading);
    let second = match fork("reader 2")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((one_writing, two_writing));
            exit_now(every_second(&two_reading, false));
        }
    };
    drop(two_reading);
    for word in words {
        write_all(&one_writing, std::slice::from_ref(word))?;
        write_all(&two_writing, std::slice::from_ref(word))?;
    }
    drop((one_writing, two_writing));
    join_all(&[first, second])
}
