// right: it also prints a dot for each task that is done, without a newline.
fn run_all(pool: Pool<String, ()>, tasks: Vec<String>) -> StoryResult {
    let mut handles = Vec::new();
    for task in tasks {
        handles.push(pool.apply_async(task)?);
    }
    let mut first = None;
    for handle in handles {
        match handle.get() {
            Ok(()) => print!("."),
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    pool.join()?;
    match first {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
