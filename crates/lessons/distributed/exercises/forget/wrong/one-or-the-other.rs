// fail at lent: it forgets all idle workers, too.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.clear();
    for task in &mut scheduler.tasks {
        if *task == State::Lent(worker) {
            *task = State::Ready;
        }
    }
}
