// fail at idle: the first worker in the line takes the place of the dead one.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    if let Some(place) = scheduler.idle.iter().position(|&idle| idle == worker) {
        scheduler.idle.swap_remove_front(place);
    }
    for state in &mut scheduler.tasks {
        if *state == State::Lent(worker) {
            *state = State::Ready;
        }
    }
}
