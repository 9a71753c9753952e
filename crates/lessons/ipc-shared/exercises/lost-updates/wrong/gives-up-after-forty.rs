// fail: it gives up when other children have come in between forty times.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    for _ in 0..times {
        for _ in 0..40 {
            let before = number.get()?;
            let sum = plus(before);
            let is_written = number.update(|now| {
                let is_same = *now == before;
                if is_same {
                    *now = sum;
                }
                is_same
            })?;
            if is_written {
                break;
            }
        }
    }
    Ok(())
}
