// fail: it sleeps, and hopes that no other child is adding then.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    sleep(Duration::from_millis(u64::from(pid() % 10) * 40));
    for _ in 0..times {
        let before = number.get()?;
        number.set(plus(before))?;
    }
    Ok(())
}
