// fail at told: it prints the line that `main` prints for an error, and ends the process itself.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    for task in tasks {
        let _join_tells = pool.apply_async(task)?;
    }
    if let Err(error) = pool.join() {
        say!("All subprocess done.");
        eprintln!("pool-hidden-error: {error}");
        multiprocess::exit_now(1);
    }
    Ok(())
}
