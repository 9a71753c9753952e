// fail at idle: it takes away the first in the list.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    let mut tasks = scheduler.tasks.iter_mut();
    match tasks.find(|task| **task == State::Lent(worker)) {
        Some(lost) => *lost = State::Ready,
        None => {
            scheduler.idle.pop_front();
        }
    }
}
