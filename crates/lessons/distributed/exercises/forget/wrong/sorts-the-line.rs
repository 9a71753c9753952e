// fail at idle: it makes a set of the idle workers, which puts them in the order of their numbers.
use std::collections::BTreeSet;

fn forget(scheduler: &mut Scheduler, worker: Worker) {
    let mut idle: BTreeSet<Worker> = scheduler.idle.drain(..).collect();
    idle.remove(&worker);
    scheduler.idle.extend(idle);
    for state in &mut scheduler.tasks {
        if *state == State::Lent(worker) {
            *state = State::Ready;
        }
    }
}
