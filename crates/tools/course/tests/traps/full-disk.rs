// refused: it writes files.
fn talk(words: &[String]) -> StoryResult {
    loop {
        std::fs::write("/tmp/full", vec![0_u8; 1 << 20])?;
    }
}
