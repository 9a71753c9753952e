// fail at lent: it forgets nothing.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    let _so_what = (scheduler, worker);
}
