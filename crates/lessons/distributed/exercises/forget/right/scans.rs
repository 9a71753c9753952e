// right: it scans the idle workers, and then the tasks.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    for task in &mut scheduler.tasks {
        if *task == State::Lent(worker) {
            *task = State::Ready;
        }
    }
    scheduler.idle.retain(|idle| *idle != worker);
}
