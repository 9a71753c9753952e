// right: the second child gets its words through a socket pair.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = std::os::unix::net::UnixStream::pair()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            let mut is_mine = true;
            while let Ok(Some(word)) = read_word(&reading_end) {
                if is_mine {
                    print(&word);
                } else if frame::write(&second_writing, word.as_bytes()).is_err() {
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
            while let Ok(Some(word)) = frame::read(&second_reading, 4096) {
                print(&String::from_utf8_lossy(&word));
            }
            exit_now(0);
        }
    };
    drop(second_reading);
    let written = write_all(&writing_end, words);
    drop(writing_end);
    join_all(&[first, second])?;
    written
}
