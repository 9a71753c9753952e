// fail at sleeps: when one child has failed, it checks the others with pauses for two seconds, and then kills them.
use std::time::Instant;

use nix::sys::signal::kill;
use nix::sys::wait::{WaitStatus, wait as wait_for_any};
use nix::unistd::Pid;

fn end_the_others(mut left: Vec<Pid>) -> StoryResult {
    let until = Instant::now() + Duration::from_secs(2);
    while !left.is_empty() && Instant::now() < until {
        sleep(Duration::from_millis(10));
        let mut running = Vec::new();
        for child in left {
            if multiprocess::try_wait(child)?.is_none() {
                running.push(child);
            }
        }
        left = running;
    }
    for child in left {
        kill(child, Signal::SIGKILL)?;
        wait(child)?;
    }
    Err("a child has failed".into())
}

fn start_and_join(children: &[Work]) -> StoryResult {
    let mut started = Vec::new();
    for (number, work) in children.iter().enumerate() {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => started.push(child),
            Fork::Child => work.run(number),
        }
    }
    while !started.is_empty() {
        let status = wait_for_any()?;
        started.retain(|child| status.pid() != Some(*child));
        if !matches!(status, WaitStatus::Exited(_, 0)) {
            return end_the_others(started);
        }
    }
    Ok(())
}
