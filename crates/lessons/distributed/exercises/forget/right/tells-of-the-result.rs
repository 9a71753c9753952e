// right: it also prints a line for the lost task, which begins like a line of the program.
fn forget(scheduler: &mut Scheduler, worker: Worker) {
    scheduler.idle.retain(|w| *w != worker);
    for (task, state) in scheduler.tasks.iter_mut().enumerate() {
        if *state == State::Lent(worker) {
            println!("Result of task {task} will come from another worker.");
            *state = State::Ready;
        }
    }
}
