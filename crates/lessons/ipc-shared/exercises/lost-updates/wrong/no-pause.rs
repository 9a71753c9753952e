// fail at steps: it adds one by itself, at once, and not what it is told to add.
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
