// refused: it writes events of its own into the log.
fn talk(words: &[String]) -> StoryResult {
    let trace = common::Trace::new("pipe");
    for word in words {
        say!("Process ({}) recv: {word}", pid());
    }
    trace.sees_the_end();
    Ok(())
}
