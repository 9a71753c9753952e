// fail at waited: it prints the children's lines itself, and returns without waiting.
fn start_and_join(children: &[Work]) -> StoryResult {
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => say!("Child process {number} ({child}) Running..."),
            Fork::Child => {
                let _meant = work;
                exit_now(0)
            }
        }
    }
    Ok(())
}
