// fail at slow: it sleeps for a time that is usually long enough, and then ends the children that still run.
fn share(words: &[String]) -> StoryResult {
    let (reading_end, writing_end) = pipe()?;
    let (second_reading, second_writing) = pipe()?;
    let first = match fork("reader 1")? {
        Fork::Parent { child } => child,
        Fork::Child => {
            drop((writing_end, second_reading));
            let mut mine = true;
            while let Ok(Some(word)) = read_word(&reading_end) {
                if mine { print(&word) } else { let _ = frame::write(&second_writing, word.as_bytes()); }
                mine = !mine;
            }
            exit_now(0)
        }
    };
    drop((reading_end, second_writing));
    let second = match fork("reader 2")? {
        Fork::Parent { child } => child,
        Fork::Child => { drop(writing_end); exit_now(print_all(&second_reading)) }
    };
    drop(second_reading);
    write_all(&writing_end, words)?;
    drop(writing_end);
    sleep(Duration::from_secs(2));
    let mut bad = 0;
    for child in [first, second] {
        if multiprocess::try_wait(child)? != Some(Exit::Code(0)) { bad += 1; let _ = nix::sys::signal::kill(child, nix::sys::signal::Signal::SIGKILL); wait(child)?; }
    }
    if bad > 0 { return Err("bad".into()) }
    Ok(())
}
