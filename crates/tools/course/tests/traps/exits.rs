// refused: it ends the process.
fn talk(words: &[String]) -> StoryResult {
    std::process::exit(0)
}
