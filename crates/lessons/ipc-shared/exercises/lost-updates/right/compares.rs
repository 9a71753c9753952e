// right: it adds without the lock, and writes only if the number is still the one that it read.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let mut done = 0;
    while done < times {
        let before = number.get()?;
        let after = plus(before);
        let mut guard = number.lock()?;
        if *guard == before {
            *guard = after;
            done += 1;
        }
    }
    Ok(())
}
