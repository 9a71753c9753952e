// fail at others: it moves the task to the end, so the numbers of all later tasks change.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    let place = scheduler.tasks.iter().position(|task| *task == State::Lent(worker));
    if let Some(place) = place {
        scheduler.tasks.remove(place);
        scheduler.tasks.push(State::Ready);
    }
}
