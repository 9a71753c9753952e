// refused: it fills every place that it can write to, by bare system calls.
fn talk(words: &[String]) -> StoryResult {
    use nix::fcntl::{OFlag, open};
    use nix::sys::stat::Mode;
    let block = vec![0_u8; 1 << 20];
    for number in 0.. {
        for folder in ["/tmp", "/dev/shm", "/dev", "/", "/out"] {
            let path = format!("{folder}/full-{number}");
            let Ok(file) = open(path.as_str(), OFlag::O_CREAT | OFlag::O_WRONLY, Mode::S_IRUSR) else {
                continue;
            };
            while nix::unistd::write(&file, &block).is_ok_and(|written| written > 0) {}
        }
    }
    Ok(())
}
