// right: it also prints a dot for each lost task, without a newline.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|&idle| idle != worker);
    for state in &mut scheduler.tasks {
        if *state == State::Lent(worker) {
            print!(".");
            *state = State::Ready;
        }
    }
}
