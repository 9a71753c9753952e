// fail at orders: it compares the lowest byte of the workers' numbers only.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    let is_same = |other: Worker| other as u8 == worker as u8;
    scheduler.idle.retain(|&idle| !is_same(idle));
    for task in &mut scheduler.tasks {
        match *task {
            State::Lent(its) if is_same(its) => *task = State::Ready,
            _ => {}
        }
    }
}
