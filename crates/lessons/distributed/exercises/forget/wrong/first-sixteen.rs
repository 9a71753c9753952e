// fail at orders: it looks for the lost task among the first sixteen only.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    for task in scheduler.tasks.iter_mut().take(16) {
        if *task == State::Lent(worker) {
            *task = State::Ready;
        }
    }
}
