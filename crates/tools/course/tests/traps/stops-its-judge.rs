// fail: it stops the process that watches it, so that this one sees nothing of what it does
fn talk(words: &[String]) -> StoryResult {
    use nix::sys::signal::{Signal, kill};
    let judge = nix::unistd::getppid();
    kill(judge, Signal::SIGSTOP)?;
    let (reading_end, writing_end) = pipe()?;
    match fork("receiver")? {
        Fork::Child => {
            drop(writing_end);
            exit_now(recv_all(&reading_end))
        }
        Fork::Parent { child } => {
            drop(reading_end);
            send_all(&writing_end, words)?;
            drop(writing_end);
            say!("Process ({}) has closed its sending end.", pid());
            wait(child)?;
            kill(judge, Signal::SIGCONT)?;
            Ok(())
        }
    }
}
