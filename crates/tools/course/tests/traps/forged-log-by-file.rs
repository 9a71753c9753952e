// refused: it looks for the log among its open files and appends to it.
fn talk(words: &[String]) -> StoryResult {
    use nix::fcntl::{OFlag, open};
    use nix::sys::stat::Mode;
    for word in words {
        say!("Process ({}) recv: {word}", pid());
    }
    let line = "{\"v\":2,\"t\":1,\"pid\":1,\"tid\":1,\"n\":1,\"lane\":\"x\",\"k\":\"eof\",\"on\":\"pipe\"}\n";
    for fd in 3..64 {
        let path = format!("/proc/self/fd/{fd}");
        if let Ok(file) = open(path.as_str(), OFlag::O_WRONLY | OFlag::O_APPEND, Mode::empty()) {
            let _written = nix::unistd::write(&file, line.as_bytes());
        }
    }
    Ok(())
}
