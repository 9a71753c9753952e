// fail at lent: the lost task counts as done.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    for task in &mut scheduler.tasks {
        if *task == State::Lent(worker) {
            *task = State::Done(0);
        }
    }
}
