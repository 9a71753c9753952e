// fail at words: it ends the program before anything is received.
fn talk(words: &[String]) -> StoryResult {
    for word in words {
        say!("Process ({}) recv: {}", pid(), word.to_uppercase());
    }
    exit_now(0)
}
