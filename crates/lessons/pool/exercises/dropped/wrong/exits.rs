// fail at done: it ends the program before any task is done.
fn run_all(takes: Duration, tasks: Vec<String>) -> Result<Vec<Done>, Box<dyn Error>> {
    let pool = Pool::new(2, move |task: String| run_task(takes, &task))?;
    for task in tasks {
        let _never_asked = pool.apply_async(task)?;
    }
    multiprocess::exit_now(0)
}
