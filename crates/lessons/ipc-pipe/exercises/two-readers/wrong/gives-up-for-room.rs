// fail at any-number: when the pipe is full, the writer waits for room for half a second, and then gives up.
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

fn write_in_time(pipe: &PipeEnd, words: &[String]) -> StoryResult {
    for word in words {
        let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::POLLOUT)];
        if poll(&mut fds, PollTimeout::from(500_u16))? == 0 {
            return Err("the readers do not take the words".into());
        }
        write_all(pipe, std::slice::from_ref(word))?;
    }
    Ok(())
}

fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
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
            exit_now(print_all(&second_reading));
        }
    };
    drop(second_reading);
    let written = write_in_time(&writing_end, words);
    drop(writing_end);
    join_all(&[first, second])?;
    written
}
