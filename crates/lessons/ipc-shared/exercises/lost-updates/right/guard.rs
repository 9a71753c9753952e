// right: it keeps a guard until the number is written.
fn one_more(
    number: &Value<usize>,
    plus: &impl Fn(usize) -> usize,
) -> Result<usize, ipc_shared::LockError> {
    let mut guard = number.lock()?;
    *guard = plus(*guard);
    Ok(*guard)
}

fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let mut left = times;
    while left > 0 {
        one_more(number, &plus)?;
        left -= 1;
    }
    Ok(())
}
