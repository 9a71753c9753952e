// fail at lent: it marks the lost task as done.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    for task in &mut scheduler.tasks {
        if *task == State::Lent(worker) {
            *task = State::Done(0);
        }
    }
}
