// fail at steps: it holds the lock for all additions, so the children add one after another.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let mut guard = number.lock()?;
    for _ in 0..times {
        *guard = plus(*guard);
    }
    Ok(())
}
