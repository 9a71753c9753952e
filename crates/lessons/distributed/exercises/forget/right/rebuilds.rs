// right: it builds both lists again.
fn still_there(idle: &VecDeque<Worker>, worker: Worker) -> VecDeque<Worker> {
    let mut left = VecDeque::new();
    for other in idle {
        if *other != worker {
            left.push_back(*other);
        }
    }
    left
}

fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle = still_there(&scheduler.idle, worker);
    let given_back = |state: &State| match *state {
        State::Lent(its) if its == worker => State::Ready,
        other => other,
    };
    scheduler.tasks = scheduler.tasks.iter().map(given_back).collect();
}
