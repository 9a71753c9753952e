// refused: it changes what is not its own.
fn talk(words: &[String], more: u8) -> StoryResult {
    say!("{words:?} {more}");
    Ok(())
}
