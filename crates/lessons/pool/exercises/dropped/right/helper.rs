// right: a helper submits; the pool is closed, the results are taken, and `join` waits for the rest.
use pool::{SubmitError, TaskHandle};

fn submit(pool: &Pool<String, u32>, task: String) -> Result<TaskHandle<u32>, SubmitError<String>> {
    pool.apply_async(task)
}

fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles: Vec<TaskHandle<u32>> = Vec::new();
    for task in tasks {
        let submitted: Result<_, SubmitError<String>> = submit(&pool, task);
        handles.push(submitted?);
    }
    pool.close();
    let joined = pool.join();
    let done: Vec<Done> = handles.into_iter().map(TaskHandle::get).collect();
    if joined.is_err() && done.iter().all(Result::is_ok) {
        return Err("join has seen an error that no handle has".into());
    }
    Ok(done)
}
