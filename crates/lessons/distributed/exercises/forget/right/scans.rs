// right: two scans, of the idle workers and of the tasks.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    for task in &mut scheduler.tasks {
        if *task == State::Lent(worker) {
            *task = State::Ready;
        }
    }
    scheduler.idle.retain(|idle| *idle != worker);
}
