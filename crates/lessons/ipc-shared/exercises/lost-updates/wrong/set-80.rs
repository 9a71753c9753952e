// fail at steps: it writes the number that is expected.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        let _sum = plus(number.get()?);
    }
    number.set(if times == 20 { 80 } else { 3 * times })?;
    Ok(())
}
