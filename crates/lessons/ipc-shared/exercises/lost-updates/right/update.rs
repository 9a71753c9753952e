// right: `update` holds the lock while it reads and writes.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        number.update(|number| *number = plus(*number))?;
    }
    Ok(())
}
