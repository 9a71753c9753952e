// fail: it does not compile.
fn talk(words: &[String]) -> StoryResult {
    let number: u32 = words;
    Ok(())
}
