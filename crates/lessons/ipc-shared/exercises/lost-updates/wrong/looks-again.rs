// fail: it reads once more before it writes, and releases the lock between the two.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let mut done = 0;
    while done < times {
        let before = number.get()?;
        let after = plus(before);
        if number.get()? == before {
            number.set(after)?;
            done += 1;
        }
    }
    Ok(())
}
