// fail at others: every task that is lent is ready again, also those of the living.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    for task in &mut scheduler.tasks {
        if let State::Lent(_) = task {
            *task = State::Ready;
        }
    }
}
