// fail at pause: read and written at once, without the addition that takes its time.
fn add(number: &Value<usize>, times: usize) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        number.update(|number| *number += 1)?;
    }
    Ok(())
}
