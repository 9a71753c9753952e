// crash fail: it takes all the memory that there is.
fn talk(words: &[String]) -> StoryResult {
    let mut taken = Vec::new();
    loop {
        taken.push(vec![1_u8; 64 << 20]);
    }
}
