// fail at writer-slow: each reader waits for its words, but when it has counted all, it checks with pauses for the end.
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

fn is_there(pipe: &PipeEnd) -> bool {
    let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)];
    poll(&mut fds, PollTimeout::ZERO) != Ok(0)
}

fn next(pipe: &PipeEnd, left: &mut usize) -> io::Result<Option<String>> {
    while *left == 0 && !is_there(pipe) {
        sleep(Duration::from_millis(20));
    }
    *left = left.saturating_sub(1);
    read_word(pipe)
}

fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            let (mut is_mine, mut left) = (true, words.len());
            while let Ok(Some(word)) = next(&reading_end, &mut left) {
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
            let mut left = words.len() / 2;
            while let Ok(Some(word)) = next(&second_reading, &mut left) {
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
