// fail at steps: it calls `plus` with a number that others change meanwhile, and adds the difference.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        let before = number.get()?;
        let more = plus(before) - before;
        number.update(|number| *number += more)?;
    }
    Ok(())
}
