// fail: it uses no lock over both steps; each child sleeps until the ones before it should have added.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    // Children are started one after the other, so their ids are numbers in a row.
    let place = u64::from(pid().saturating_sub(common::ppid()));
    let turn = 3 * times as u64 + 30;
    sleep(Duration::from_millis(place * turn));
    for _ in 0..times {
        let before = number.get()?;
        number.set(plus(before))?;
    }
    Ok(())
}
