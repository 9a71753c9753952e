// fail deadlock timeout crash: every process forks without an end.
fn talk(words: &[String]) -> StoryResult {
    loop {
        let _child = fork("bomb");
    }
}
