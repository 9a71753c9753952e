//! The error that is returned, and the task that has caused it.

use check::Ran;
use timeline::Event;

/// The text of the error comes through the pool: it has the pid of the worker in which the task has failed.
pub(crate) fn expect_told(ran: &Ran, tasks: &[String]) {
    let failing: Vec<_> = tasks
        .iter()
        .filter_map(|task| task.strip_suffix('!'))
        .collect();
    let texts: Vec<_> = ran
        .out
        .lines()
        .filter_map(|line| text_of(line, &failing))
        .collect();
    ran.expect(ran.code != Some(0), || {
        format!(
            "Task {} fails, so an error with its text and exit code 1 were expected. The exit code is 0.",
            failing[0]
        )
    });
    ran.expect_error();
    // `main` prints the error in one line, after all that the body may print.
    let mut complaints = ran.err.lines().filter(|line| line.starts_with(PROGRAM));
    let error = complaints.next_back().unwrap_or_default();
    ran.expect(texts.iter().any(|text| error.contains(text)), || {
        format!(
            "The error that is returned should have the text that the task has returned in its worker: \
             \"task {} cannot be done (pid=...)\". The error is: {error}",
            failing[0]
        )
    });
}

/// The beginning of the line in which `main` prints an error.
const PROGRAM: &str = "pool-hidden-error:";

/// The text of the error of a task, if this is the line that its worker prints when it fails.
fn text_of(line: &str, failing: &[&str]) -> Option<String> {
    let (task, pid) = line
        .strip_prefix("Task ")?
        .strip_suffix(") fails.")?
        .split_once(" (pid=")?;
    let text = format!("task {task} cannot be done (pid={pid})");
    failing.contains(&task).then_some(text)
}

/// Checks that each task that fails was begun once, by a worker.
pub(crate) fn expect_begun(ran: &Ran, tasks: &[String]) {
    for name in tasks.iter().filter_map(|task| task.strip_suffix('!')) {
        let is_its = |event: &&Event| {
            let pid = ran.run.lanes[event.lane].pid;
            *event.say == format!("Task {name} (pid={pid}) fails.")
        };
        let lanes: Vec<_> = ran
            .run
            .events
            .iter()
            .filter(is_its)
            .map(|event| event.lane)
            .collect();
        ran.expect(lanes.iter().any(|&lane| ran.is_child(lane)), || {
            format!(
                "Task {name} fails, but no worker has begun it: the pool should run it, and report its error."
            )
        });
        ran.expect(lanes.len() == 1, || {
            format!(
                "Task {name} fails, and should have been begun once. It was begun {} times.",
                lanes.len()
            )
        });
    }
}
