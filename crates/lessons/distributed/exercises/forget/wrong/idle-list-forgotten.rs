// fail at idle: a worker that died idle stays in the list.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    let mut tasks = scheduler.tasks.iter_mut();
    if let Some(lost) = tasks.find(|task| **task == State::Lent(worker)) {
        *lost = State::Ready;
    }
}
