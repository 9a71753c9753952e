// fail: it takes the results one by one until the first error, so the last tasks are not submitted.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut outcome: StoryResult = Ok(());
    for result in pool.imap(tasks)? {
        if let Err(error) = result {
            outcome = Err(Box::new(error));
            break;
        }
    }
    pool.join()?;
    outcome
}
