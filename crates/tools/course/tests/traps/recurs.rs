// crash fail: it recurs without an end.
fn deeper(depth: u64) -> u64 {
    let line = [depth; 64];
    deeper(depth + 1) + line[7]
}

fn talk(words: &[String]) -> StoryResult {
    say!("{}", deeper(0));
    Ok(())
}
