// right: it adds without the lock, and writes only if the number is still the one to which it added.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    for _ in 0..times {
        // optimistic: compute without the lock, write only if nothing has changed
        loop {
            let before = number.get()?;
            let after = plus(before);
            let written = number.update(|it| {
                let same = *it == before;
                if same {
                    *it = after;
                }
                same
            })?;
            if written {
                break;
            }
        }
    }
    Ok(())
}
