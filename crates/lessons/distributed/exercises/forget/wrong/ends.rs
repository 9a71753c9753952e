// refused: it ends the process.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    let _both = (scheduler, worker);
    std::process::exit(0)
}
