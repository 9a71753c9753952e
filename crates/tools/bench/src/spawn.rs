//! Tasks handed out one by one: procspawn hands them to processes, tokio to its executor.

use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinError;

use crate::rate::{Rate, rate, scaled};

/// procspawn's pool of two processes: submits all tasks, then collects all answers.
pub fn procspawn_pool() -> Rate {
    let tasks = scaled(6_000);
    let pool = procspawn::Pool::new(2)?;
    // The workers are started before the measurement begins.
    for warm in 0..2 {
        pool.spawn(warm, |number: u64| number + 1).join()?;
    }
    let started = Instant::now();
    let under_way: Vec<_> = (0..tasks)
        .map(|task| pool.spawn(task, |number: u64| number + 1))
        .collect();
    for (task, answer) in (0..tasks).zip(under_way) {
        assert_eq!(answer.join()?, task + 1);
    }
    let rate = rate(tasks, started);
    pool.shutdown();
    Ok(rate)
}

/// Empty tasks on tokio's executor with one thread, its faster one for this work.
pub fn tokio_one_thread() -> Rate {
    empty_tasks(&Builder::new_current_thread().build()?)
}

/// Empty tasks on tokio's default executor, with two threads that share the tasks.
pub fn tokio_two_threads() -> Rate {
    empty_tasks(&Builder::new_multi_thread().worker_threads(2).build()?)
}

fn empty_tasks(runtime: &Runtime) -> Rate {
    let tasks = scaled(500_000);
    let started = Instant::now();
    runtime.block_on(async {
        let handles: Vec<_> = (0..tasks)
            .map(|task| tokio::spawn(async move { task }))
            .collect();
        for handle in handles {
            handle.await?;
        }
        Ok::<_, JoinError>(())
    })?;
    Ok(rate(tasks, started))
}
