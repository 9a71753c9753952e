// fail timeout: the compiler has to work on it without an end.
const fn count(number: u64) -> u64 {
    let mut sum = 0_u64;
    let mut turn = 0;
    while turn < number {
        sum = sum.wrapping_add(turn);
        turn += 1;
    }
    sum
}

const SUM: u64 = count(u64::MAX);

fn talk(words: &[String]) -> StoryResult {
    say!("{SUM}");
    Ok(())
}
