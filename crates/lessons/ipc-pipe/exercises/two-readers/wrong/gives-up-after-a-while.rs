// fail at writer-slow: each reader gives up when no word has come for five seconds.
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

fn next(pipe: &PipeEnd) -> io::Result<Option<String>> {
    let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)];
    match poll(&mut fds, PollTimeout::from(5000_u16))? {
        0 => Ok(None),
        _ => read_word(pipe),
    }
}

fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            let mut is_mine = true;
            while let Ok(Some(word)) = next(&reading_end) {
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
            while let Ok(Some(word)) = next(&second_reading) {
                print(&word);
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
