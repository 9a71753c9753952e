//! No task is lost with its worker, and none is done for nothing.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use check::{Act, Check, Program, Ran, main as judge, numbers, program};
use common::Kind;

fn main() -> ExitCode {
    judge(
        "distributed/lost-with-worker",
        &[
            Check::new("well", "when no worker dies, each task is done once", well),
            Check::new("sent", "the results are those that the workers send", sent),
            Check::new("parts", "a message may come in parts", parts),
            Check::new(
                "dies",
                "another worker does the task of a dead worker",
                dies,
            ),
            // Before the next ones, in which polling costs time.
            Check::new("slow", "it waits for a slow worker", slow),
            Check::new(
                "often",
                "a task is not given up, however often it is lost",
                often,
            ),
            Check::new("once", "a task that is done is not done again", once),
            Check::new("left", "a task is left if there is no worker for it", left),
            Check::new("reset", "a broken connection counts as its end", reset),
            Check::new("killed", "it works wherever a worker is killed", killed),
            Check::new(
                "chaos",
                "it works in whatever order the processes run",
                chaos,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

fn with(count: usize, deaths: &[&str]) -> Program {
    let deaths = deaths.iter().copied().map(str::to_owned);
    program!("task-lost-with-worker")
        .with([count.to_string()])
        .with(deaths)
}

fn well() {
    for count in [3, 1, 12, 0] {
        let ran = with(count, &["never"]).run();
        expect_done(&ran, count, 0);
        expect_begun(&ran, count, 0);
    }
}

/// The workers send other results than squares.
fn sent() {
    for (number, count) in numbers("sent", 2, 1..=1000).into_iter().zip([3, 8]) {
        let ran = with(count, &[&format!("off:{number}")]).run();
        expect_counted(&ran, count, 0);
        expect_results(&ran, count, 0, number);
    }
    equal();
}

/// The workers send the same result for each task, and each of these results counts.
fn equal() {
    let number = numbers("equal", 1, 1..=1000)[0];
    let ran = with(4, &[&format!("same:{number}")]).run();
    ran.expect_code(0);
    let expected = format!("{:?}", [number; 4]);
    ran.expect(results(&ran) == expected, || {
        format!(
            "The worker did 4 tasks and sent the result {number} for each of them. Equal results of \
             different tasks all count: {expected} was expected as results, not {}.",
            results(&ran)
        )
    });
    expect_counted(&ran, 4, 0);
}

/// The list of results that the program prints.
fn results(ran: &Ran) -> &str {
    ran.said("Results").last().copied().unwrap_or_default()
}

fn parts() {
    let ran = with(3, &["parts"]).run();
    ran.expect(ran.code == Some(0), || {
        format!(
            "The worker sent each message in two parts, with a pause between them. It is alive, and exit code \
             0 was expected. Standard error has: {}",
            ran.err.trim()
        )
    });
    expect_done(&ran, 3, 0);
    expect_begun(&ran, 3, 0);
}

fn dies() {
    let ran = with(3, &["in:1", "never"]).run();
    expect_done(&ran, 3, 0);
    expect_begun(&ran, 3, 1);
    let ran = with(5, &["in:1", "in:1", "in:1", "never"]).run();
    expect_done(&ran, 5, 0);
    expect_begun(&ran, 5, 3);
    asks_for_nothing();
}

/// The program takes 100 operands: the number of tasks, and its workers, of which the last one lives.
const MOST_DEATHS: usize = 98;

/// The same task is lost again and again.
fn often() {
    let deaths = [["in:1"; MOST_DEATHS].as_slice(), &["never"]].concat();
    let ran = with(1, &deaths).run();
    expect_done(&ran, 1, 0);
    expect_begun(&ran, 1, MOST_DEATHS);
}

/// A worker may die before it has had a task.
fn asks_for_nothing() {
    let ran = with(3, &["first", "in:1", "first", "never"]).run();
    ran.expect(ran.code == Some(0), || {
        format!(
            "The first worker died before it had asked for a task: its connection ends, and the next \
             worker should do the tasks, with exit code 0. Standard error has: {}",
            ran.err.trim()
        )
    });
    expect_done(&ran, 3, 0);
    expect_begun(&ran, 3, 1);
}

fn once() {
    for dies in numbers("once", 3, 2..=6) {
        let death = format!("in:{dies}");
        let ran = with(8, &[&death, "in:2", "never"]).run();
        expect_done(&ran, 8, 0);
        expect_begun(&ran, 8, 2);
    }
}

/// Some workers die, and no worker is left for the rest of the tasks.
fn left() {
    let ran = with(4, &["in:2", "in:1"]).run();
    expect_done(&ran, 4, 3);
    let ran = with(2, &["in:1"]).run();
    expect_done(&ran, 2, 2);
    let ran = with(3, &["never", "never"]).run();
    expect_done(&ran, 3, 0);
    let ran = with(2, &["first"]).run();
    expect_done(&ran, 2, 2);
}

/// The worker dies before it has read its next task, or that there is none: the kernel resets the connection.
fn reset() {
    for dies in 1..=4 {
        let ran = with(3, &[&format!("before:{dies}"), "never"]).run();
        let unread = match dies {
            4 => "the `None` after its last task",
            _ => "its task",
        };
        ran.expect(ran.code == Some(0), || {
            format!(
                "The worker died before it had read {unread}, and its connection was reset. The error \
                 of `read` or `write` is an end, too: exit code 0 was expected. Standard error has: {}",
                ran.err.trim()
            )
        });
        expect_done(&ran, 3, 0);
        expect_begun(&ran, 3, 0);
    }
    cut();
    half();
}

/// If the connection breaks earlier, the `write` fails: that of a task, or that of `None`.
fn cut() {
    for (count, workers, what) in [
        (3, &["cut", "never"][..], "its task"),
        (3, &["in:1", "cut", "cut", "never"], "its task"),
        (0, &["cut"], "`None`"),
        (3, &["never", "cut"], "`None`"),
    ] {
        let ran = with(count, workers).run();
        ran.expect(ran.code == Some(0), || {
            format!(
                "The connection broke after the worker's request and before {what} was sent. The error of \
                 `write` is an end, too: exit code 0 was expected. Standard error has: {}",
                ran.err.trim()
            )
        });
        expect_done(&ran, count, 0);
    }
}

/// The worker dies after it has sent a part of its message. It has begun the tasks before that message.
fn half() {
    for dies in 0..=3 {
        let death = format!("half:{dies}");
        let ran = with(3, &[&death, "never"]).run();
        let message = match dies {
            0 => "its first request".to_owned(),
            _ => format!("the result of its task number {dies}"),
        };
        ran.expect(ran.code == Some(0), || {
            format!(
                "The worker died after it had sent half of {message}. Any error of `read` is an end, too: exit \
                 code 0 was expected. Standard error has: {}",
                ran.err.trim()
            )
        });
        expect_done(&ran, 3, 0);
        expect_begun(&ran, 3, usize::from(dies > 0));
    }
}

/// The beginning of a worker's line about a task. (A line about its death is printed only if it dies.)
const TASK: &str = "Worker (";
/// The end of its line if it is slow to ask for its first task.
const SLOW: &str = ") takes its time.";

/// A worker may be killed before it has sent its result, or after.
fn killed() {
    for nth in 1..=5 {
        let ran = with(6, &["never", "never"])
            .when(TASK, nth, Act::Kill)
            .run();
        expect_done(&ran, 6, 0);
    }
}

/// A worker that is stopped is not dead.
fn slow() {
    let usual = with(4, &["never"]).watch_naps().run();
    usual.expect_first_only_waits();
    for length in [2, 4].map(Duration::from_secs) {
        let ran = with(4, &["never"]).when(TASK, 2, Act::Stop(length)).run();
        expect_done(&ran, 4, 0);
        expect_begun(&ran, 4, 0);
        ran.expect_sleeping_since(&usual);
        ran.expect_undisturbed().expect_no_clock();
    }
    slow_to_ask();
}

/// The worker is stopped before it has asked for its first task.
fn slow_to_ask() {
    let usual = with(2, &["slow"]).run();
    let still = Act::Stop(Duration::from_secs(2));
    let ran = with(2, &["slow"]).when(SLOW, 1, still).run();
    expect_done(&ran, 2, 0);
    expect_begun(&ran, 2, 0);
    ran.expect_sleeping_since(&usual);
    ran.expect_undisturbed().expect_no_clock();
}

fn chaos() {
    for seed in 1..=8 {
        let ran = with(7, &["in:2", "before:2", "in:1", "never"])
            .chaos(seed)
            .run();
        expect_done(&ran, 7, 0);
        expect_begun(&ran, 7, 2);
    }
}

fn bare() {
    let ran = with(4, &["in:2", "never"]).bare().run();
    expect_done(&ran, 4, 0);
}

/// Checks that there are all results except those of the tasks that are left, each once.
fn expect_done(ran: &Ran, count: usize, left: usize) {
    expect_counted(ran, count, left);
    expect_results(ran, count, left, 0);
}

/// Checks the last line that the program prints. (The body may print others.)
fn expect_counted(ran: &Ran, count: usize, left: usize) {
    ran.expect_code(0);
    let is_number = |sign: char| sign.is_ascii_digit() || sign == '-';
    let is_its = |line: &&str| line.replace(is_number, "") == " tasks,  results,  left:  lost.";
    let last = ran.out.lines().rfind(is_its).unwrap_or_default();
    let done = count - left;
    let expected = format!("{count} tasks, {done} results, {left} left: 0 lost.");
    ran.expect(last == expected, || {
        format!("The last line should be\n  {expected}\nbut it is\n  {last}")
    });
}

/// Checks the list of results that the program prints: squares, each of them larger by `off`.
fn expect_results(ran: &Ran, count: usize, left: usize, off: usize) {
    let done = count - left;
    let list = results(ran);
    let numbers = list.trim_matches(['[', ']']).split(", ");
    let mut numbers: Vec<usize> = numbers.filter_map(|number| number.parse().ok()).collect();
    numbers.sort_unstable();
    let mut expected = numbers.clone();
    expected.dedup();
    expected.retain(|number| (0..count).any(|task| task * task + off == *number));
    ran.expect(expected.len() == done && numbers.len() == done, || {
        let what = match off {
            0 => format!("The squares of {done} different tasks"),
            _ => format!("The results of the workers, {done} squares plus {off} each,"),
        };
        format!("{what} were expected as results, not {list}.")
    });
}

/// Checks in the log that workers have begun each task once, and once more for each death in a task.
fn expect_begun(ran: &Ran, count: usize, deaths: usize) {
    let mut begun: BTreeMap<u32, usize> = BTreeMap::new();
    for event in ran.run.events.iter().filter(|it| it.kind == Kind::Say) {
        let pid = ran.run.lanes[event.lane].pid;
        let Some(task) = task_begun(&event.say, pid) else {
            continue;
        };
        ran.expect(event.lane != 0, || {
            "The scheduler does tasks itself. It should lend them to workers.".to_owned()
        });
        *begun.entry(task).or_default() += 1;
    }
    let begins: usize = begun.values().sum();
    ran.expect(begun.len() == count && begins == count + deaths, || {
        format!(
            "Workers should begin each of {count} tasks once, and once more for each of {deaths} \
             deaths in a task. {} tasks were begun, {begins} times in all.",
            begun.len()
        )
    });
}

/// The task in the program's own line about its beginning, printed by this process. (Another line may
/// begin in the same way.)
fn task_begun(line: &str, pid: u32) -> Option<u32> {
    let rest = line.strip_prefix(&format!("{TASK}{pid}) task "))?;
    let task = rest.split_once(':')?.0.parse().ok()?;
    (rest == format!("{task}: {task} * {task}")).then_some(task)
}
