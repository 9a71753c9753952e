// fail at end: the process ends before it waits.
fn start_and_join(children: &[Work]) -> StoryResult {
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        if let Fork::Child = fork(&number.to_string())? {
            work.run(number);
        }
    }
    say!("Process end.");
    exit_now(0)
}
