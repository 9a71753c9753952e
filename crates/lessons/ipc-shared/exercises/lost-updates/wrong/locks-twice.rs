// fail at number: it takes the lock again while it holds it.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        let guard = number.lock()?;
        number.set(plus(*guard))?;
    }
    Ok(())
}
