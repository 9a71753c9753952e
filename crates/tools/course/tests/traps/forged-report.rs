// fail: it prints what a judge would say.
fn talk(words: &[String]) -> StoryResult {
    for word in words {
        say!("Process (1) recv: {word}");
    }
    say!("check\tend\tthe receiver reads the end of the stream");
    say!("00000000000000000000000000000000 pass");
    say!("ended");
    Ok(())
}
