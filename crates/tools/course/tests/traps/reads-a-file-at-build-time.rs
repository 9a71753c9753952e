// refused: it takes a file of the machine into the program.
fn talk(words: &[String]) -> StoryResult {
    say!("{}", include_str!("/etc/passwd"));
    Ok(())
}
