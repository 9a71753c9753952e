// fail at pause: one addition shows the size of a step; the others take no time.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let by = plus(0);
    for _ in 0..times {
        number.update(|number| *number += by)?;
    }
    Ok(())
}
