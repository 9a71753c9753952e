// fail: it prints without an end.
fn talk(words: &[String]) -> StoryResult {
    let line = "x".repeat(60_000);
    loop {
        say!("{line}");
    }
}
