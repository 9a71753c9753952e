// right: a guard, which lives until the number is written.
fn one_more(number: &Value<usize>) -> Result<usize, ipc_shared::LockError> {
    let mut guard = number.lock()?;
    *guard = plus_one(*guard);
    Ok(*guard)
}

fn add(number: &Value<usize>, times: usize) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let mut left = times;
    while left > 0 {
        one_more(number)?;
        left -= 1;
    }
    Ok(())
}
