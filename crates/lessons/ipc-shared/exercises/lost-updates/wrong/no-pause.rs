// fail at steps: it adds one by itself, without a pause, and not the number that it is given.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        number.update(|number| *number += 1)?;
    }
    Ok(())
}
