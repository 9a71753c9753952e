// fail at steps: it takes the time of an addition, but adds one by itself.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        number.update(|number| *number += 1)?;
        plus(0);
    }
    Ok(())
}
