// fail at results: it keeps the handles by the names of the tasks: of two tasks of one name, one has no result.
use std::collections::HashMap;

use pool::TaskHandle;

fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    let mut handles: HashMap<String, TaskHandle<u32>> = HashMap::new();
    for task in &tasks {
        handles.insert(task.clone(), pool.apply_async(task.clone())?);
    }
    let _each_handle_has_its_own = pool.join();
    let mut done = Vec::new();
    for task in &tasks {
        if let Some(handle) = handles.remove(task) {
            done.push(handle.get());
        }
    }
    Ok(done)
}
