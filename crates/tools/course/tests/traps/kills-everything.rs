// crash fail: it kills whatever it may.
fn talk(words: &[String]) -> StoryResult {
    use nix::sys::signal::{Signal, kill};
    kill(nix::unistd::Pid::from_raw(-1), Signal::SIGKILL)?;
    Ok(())
}
