// fail at lost: it returns as soon as a worker has died, which drops the pool: the others are not done.
use pool::Cause;

fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    let mut first = None;
    for handle in handles {
        match handle.get() {
            Ok(()) => {}
            Err(error) if matches!(error.cause, Cause::WorkerDied { .. }) => {
                return Err(error.into());
            }
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    pool.join()?;
    first.map_or(Ok(()), |error| Err(error.into()))
}
