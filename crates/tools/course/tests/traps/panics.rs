// crash fail: it panics.
fn talk(words: &[String]) -> StoryResult {
    panic!("a panic")
}
