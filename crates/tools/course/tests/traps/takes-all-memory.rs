// crash fail timeout: it takes all the memory that there is, or what it gets of it in its time.
fn talk(words: &[String]) -> StoryResult {
    let mut taken = Vec::new();
    loop {
        taken.push(vec![1_u8; 64 << 20]);
    }
}
