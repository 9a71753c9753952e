// fail at idle: if no task was lent to the worker, it removes the first idle worker, whichever this is.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    let mut tasks = scheduler.tasks.iter_mut();
    match tasks.find(|task| **task == State::Lent(worker)) {
        Some(lost) => *lost = State::Ready,
        None => {
            scheduler.idle.pop_front();
        }
    }
}
