// fail at lent: all idle workers go with it.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.clear();
    for task in &mut scheduler.tasks {
        if *task == State::Lent(worker) {
            *task = State::Ready;
        }
    }
}
