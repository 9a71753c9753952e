// crash fail: it kills the process that has started it.
fn talk(words: &[String]) -> StoryResult {
    use nix::sys::signal::{Signal, kill};
    kill(nix::unistd::getppid(), Signal::SIGKILL)?;
    Ok(())
}
