// fail at no-clock: it does all that it has to, but first sleeps for a moment: a scheduler knows no clock.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    // Perhaps the worker comes back.
    std::thread::sleep(std::time::Duration::from_millis(1));
    scheduler.idle.retain(|&idle| idle != worker);
    for task in &mut scheduler.tasks {
        if *task == State::Lent(worker) {
            *task = State::Ready;
        }
    }
}
