// fail at steps: the first child adds for all children, and hopes that the others wait.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let mut guard = number.lock()?;
    if *guard == 0 {
        for _ in 0..4 * times {
            *guard = plus(*guard);
        }
    }
    Ok(())
}
