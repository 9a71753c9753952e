// fail at any-number: it adds once even if it should not add at all.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    let mut done = 0;
    loop {
        number.update(|number| *number = plus(*number))?;
        done += 1;
        if done >= times {
            return Ok(());
        }
    }
}
