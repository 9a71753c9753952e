// fail at others: every lent task becomes ready again, even those of living workers.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    for task in &mut scheduler.tasks {
        if let State::Lent(_) = task {
            *task = State::Ready;
        }
    }
}
