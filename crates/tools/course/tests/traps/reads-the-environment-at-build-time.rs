// refused: it takes what the compiler was told into the program.
fn talk(words: &[String]) -> StoryResult {
    say!("{:?}", option_env!("HOME"));
    Ok(())
}
