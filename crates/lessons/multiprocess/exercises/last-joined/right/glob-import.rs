// right: `wait`, imported by its name, takes precedence over the `wait` of the glob import.
use multiprocess::{Fork, exit_now, fork, wait};
use nix::sys::signal::{Signal, raise};
use nix::sys::wait::*;

fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    let mut all_well = true;
    let last = started.pop();
    for child in started {
        all_well &= matches!(waitpid(child, None)?, WaitStatus::Exited(_, 0));
    }
    if let Some(child) = last {
        all_well &= wait(child)? == multiprocess::Exit::Code(0);
    }
    if all_well { Ok(()) } else { Err("a child has failed".into()) }
}
