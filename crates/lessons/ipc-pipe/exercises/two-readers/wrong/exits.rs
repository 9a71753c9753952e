// fail at words: it ends the program when everything is written.
fn share(words: &[String]) -> StoryResult {
    let (_reading_end, writing_end) = pipe()?;
    write_all(&writing_end, words)?;
    exit_now(0);
}
