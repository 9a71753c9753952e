// timeout deadlock: no signal that can be blocked ends it.
fn talk(words: &[String]) -> StoryResult {
    nix::sys::signal::SigSet::all().thread_block()?;
    loop {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}
