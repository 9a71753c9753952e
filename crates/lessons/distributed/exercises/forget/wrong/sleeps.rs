// fail at lent: it waits, and hopes that the worker comes back.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    std::thread::sleep(std::time::Duration::from_millis(20));
    scheduler.idle.retain(|&idle| idle != worker);
}
