// fail at steps: it calls `plus` once to learn the size of a step, and then adds by itself, with a pause of its own.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let step = plus(0);
    for _ in 0..times {
        number.update(|number| {
            sleep(Duration::from_millis(1));
            *number += step;
        })?;
    }
    Ok(())
}
