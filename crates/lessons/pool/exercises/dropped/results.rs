//! What the caller prints: a line for each result, and then their number.

use check::Ran;

use crate::{is_done, line_of};

/// The beginning of the line that the caller prints for a result.
const BY: &str = "Done by process ";
/// The beginning and the end of the line that it prints for a task that was lost with its worker.
const LOST: [&str; 2] = ["the worker of task ", " died: killed by SIGKILL"];

/// The lines that the caller prints for the results, just before their number. (The body may print such
/// lines, too, but only before the caller does.)
pub(crate) fn results_of(ran: &Ran) -> Vec<&str> {
    let lines = ran.lines();
    let number = |line: &&str| {
        line.strip_prefix("Results: ")?
            .strip_suffix('.')?
            .parse()
            .ok()
    };
    let last = lines.iter().rposition(|line| number(line).is_some());
    let last = last.unwrap_or_default();
    let count: usize = lines.get(last).and_then(number).unwrap_or_default();
    lines[last.saturating_sub(count)..last].to_vec()
}

/// The process in the line of a result.
pub(crate) fn result_in(line: &str) -> Option<u32> {
    let pid = line.strip_prefix(BY)?.strip_suffix('.')?;
    pid.parse().ok()
}

fn is_loss(line: &str) -> bool {
    line.starts_with(LOST[0]) && line.ends_with(LOST[1])
}

pub(crate) fn expect_results(ran: &Ran, tasks: &[String]) {
    let lines = results_of(ran.expect_code(0));
    ran.expect(lines.len() == tasks.len(), || {
        format!(
            "{} results were expected. The caller has:\n  {}",
            tasks.len(),
            lines.join("\n  ")
        )
    });
    for (task, line) in tasks.iter().zip(lines) {
        ran.expect(is_its_result(ran, task, line), || {
            format!("The result of task {task} should name the process that did it. It is: {line}")
        });
    }
}

/// Whether this line names the process that did the task.
fn is_its_result(ran: &Ran, task: &str, line: &str) -> bool {
    result_in(line).is_some_and(|pid| ran.out.lines().any(|one| one == line_of(task, pid)))
}

/// Each task that was done has its result, and the lost task has the error of its worker's death.
pub(crate) fn expect_one_lost(ran: &Ran, tasks: &[String]) {
    let lines = results_of(ran);
    ran.expect(lines.len() == tasks.len(), || {
        format!(
            "A worker was killed. {} results were expected, one of them an error, or else an error of the \
             whole call. The caller has:\n  {}",
            tasks.len(),
            lines.join("\n  ")
        )
    });
    let lost = lines.iter().filter(|line| is_loss(line)).count();
    ran.expect(lost <= 1, || {
        format!("A worker was killed with one task in its hand, but {lost} tasks have an error.")
    });
    for (task, line) in tasks.iter().zip(lines) {
        // A worker that is killed after its last line has not reported the task.
        let is_right = is_its_result(ran, task, line) || is_loss(line);
        ran.expect(is_right, || {
            let which = if is_done(ran, task) {
                "was done"
            } else {
                "was lost with its worker"
            };
            format!("A worker was killed. Task {task} {which}, and its result is: {line}")
        });
    }
}
