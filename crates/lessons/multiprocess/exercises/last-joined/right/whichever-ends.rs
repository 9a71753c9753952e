// right: it waits for any child, as many times as it has started one.
fn start_and_join(children: &[Work]) -> StoryResult {
    use nix::sys::wait::{WaitStatus, wait as wait_for_any};

    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        if let Fork::Child = fork(&number.to_string())? {
            work.run(number);
        }
    }
    let mut all_well = true;
    for _ in children {
        all_well &= matches!(wait_for_any()?, WaitStatus::Exited(_, 0));
    }
    if all_well {
        Ok(())
    } else {
        Err("a child has failed".into())
    }
}
