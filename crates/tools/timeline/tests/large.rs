//! Tests on the longest logs that the recorder writes: the time of each check and picture must grow in
//! proportion to the log. If one of them were quadratic, it would take minutes.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use lesson_test::{rounds, run_within};

/// The time limit for each call of `timeline`.
const LIMIT: Duration = Duration::from_secs(120);
/// The limit of its processor time, which other programs hardly change: five times what it needs.
const IN_EIGHT_SECONDS: &str = "ulimit -t 8 && exec \"$0\" \"$@\"";

/// How many events a log has. In a longer log, the recorder leaves out the middle.
fn events() -> usize {
    rounds(60_000)
}

#[derive(Default)]
struct Log {
    text: String,
    lines: usize,
}

impl Log {
    /// Adds an event of a process, and returns the process and the number of the event.
    fn add(
        &mut self,
        lane: usize,
        kind: &str,
        on: &str,
        what: &str,
        cause: Option<(usize, usize)>,
    ) -> (usize, usize) {
        self.add_of(&format!("lane{lane}"), lane, kind, (on, ""), what, cause)
    }

    /// Like [`add`](Self::add), for a process of that name, and a thing that is a part of another one.
    fn add_of(
        &mut self,
        name: &str,
        lane: usize,
        kind: &str,
        (on, of): (&str, &str),
        what: &str,
        cause: Option<(usize, usize)>,
    ) -> (usize, usize) {
        self.lines += 1;
        let n = self.lines;
        let pid = 1000 + lane;
        let cause = cause.map_or(String::new(), |(lane, n)| format!("{}.{n}", 1000 + lane));
        let room = match on {
            "semaphore" => format!(r#""room":{},"#, events()),
            _ => String::new(),
        };
        writeln!(
            self.text,
            r#"{{"v":2,"t":{n}000,"pid":{pid},"ppid":1,"tid":{pid},"n":{n},"lane":"{name}","k":"{kind}","on":"{on}","of":"{of}",{room}"what":"{what}","c":"{cause}","say":""}}"#,
        )
        .unwrap();
        (lane, n)
    }

    fn begin() -> Self {
        let mut log = Self::default();
        log.add(0, "run", "boot", "large", None);
        log
    }

    /// Adds the fork of process `lane` and its start.
    fn fork(&mut self, parent: usize, lane: usize) {
        let fork = self.add(parent, "fork", "", &format!("lane{lane}"), None);
        self.add(lane, "start", "", "", Some(fork));
    }

    /// Checks the log and draws it in every format.
    #[track_caller]
    fn look(&self, name: &str) {
        assert!(self.lines <= events() + 1, "{}", self.lines);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.jsonl"));
        std::fs::write(&path, &self.text).unwrap();
        let path = path.to_str().unwrap();
        let look = |words: &[&str]| {
            let mut timeline = Command::new("sh");
            timeline.args(["-c", IN_EIGHT_SECONDS, env!("CARGO_BIN_EXE_timeline")]);
            let ran = run_within(LIMIT, timeline.args(words));
            assert!(
                ran.code.is_some(),
                "{words:?} was ended by a signal, perhaps at its limit of processor time: {ran:?}"
            );
            assert_eq!(ran.err, "", "{words:?}");
            assert!(ran.out.len() > 20, "{words:?}: {}", ran.out);
        };
        look(&["check", path]);
        for format in ["lanes", "steps", "html", "svg", "chrome"] {
            look(&["show", path, "--as", format]);
        }
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn children_that_are_waited_for_by_their_names() {
    let mut log = Log::begin();
    let children = 1..events() / 3;
    children.clone().for_each(|child| log.fork(0, child));
    for child in children {
        log.add(0, "join", "", &format!("lane{child}"), None);
    }
    log.look("joins");
}

#[test]
fn children_that_wait_for_their_children() {
    let mut log = Log::begin();
    for child in 1..events() / 3 {
        log.fork(child - 1, child);
        log.add(child - 1, "wait", "", &format!("lane{child}"), None);
    }
    log.look("generations");
}

#[test]
fn children_that_wait_for_a_sibling() {
    let mut log = Log::begin();
    (1..events() / 3).for_each(|child| log.fork(0, child));
    for child in 1..events() / 3 {
        log.add(child, "wait", "", &format!("{}", 1000 + child / 2), None);
    }
    log.look("siblings");
}

#[test]
fn a_semaphore_that_many_have() {
    let mut log = Log::begin();
    for _ in 0..events() / 2 {
        log.add(0, "acquire", "semaphore", "", None);
    }
    for _ in 1..events() / 2 {
        log.add(0, "release", "semaphore", "", None);
    }
    log.look("semaphore");
}

#[test]
fn a_semaphore_that_many_lanes_have() {
    let mut log = Log::begin();
    for lane in 0..events() / 3 {
        log.add(lane, "acquire", "semaphore", "", None);
    }
    for lane in (0..events() / 3).rev() {
        log.add(lane, "release", "semaphore", "", None);
        log.add(lane, "exit", "", "", None);
    }
    log.look("semaphores");
}

#[test]
fn a_lock_that_is_taken_again_and_again() {
    let mut log = Log::begin();
    for _ in 0..events() / 2 {
        log.add(0, "acquire", "lock", "", None);
    }
    for _ in 1..events() / 2 {
        log.add(0, "release", "lock", "", None);
    }
    log.look("again");
}

#[test]
fn a_lock_that_many_wait_for() {
    let mut log = Log::begin();
    for lane in 0..events() / 3 {
        log.add(lane, "acquire", "lock", "", None);
        log.add(lane, "release", "lock", "", None);
    }
    log.add(0, "acquire", "lock", "", None);
    for lane in 1..events() / 3 - 1 {
        log.add(lane, "wait", "lock", "", None);
    }
    log.look("lock");
}

#[test]
fn a_chain_of_locks() {
    let mut log = Log::begin();
    for lane in 0..events() / 3 {
        log.add(lane, "acquire", &format!("lock{lane}"), "", None);
    }
    for lane in 0..events() / 3 {
        log.add(lane, "wait", &format!("lock{}", lane + 1), "", None);
    }
    log.look("chain");
}

#[test]
fn a_pipe_that_many_send_into_and_wait_for() {
    let mut log = Log::begin();
    for lane in 0..events() / 3 {
        log.add(lane, "send", "pipe", "message", None);
    }
    for lane in 0..events() / 3 {
        log.add(lane, "wait", "pipe", "", None);
    }
    log.look("pipe");
}

#[test]
fn an_empty_pipe_that_all_wait_for() {
    let mut log = Log::begin();
    for lane in 0..events() / 4 {
        let send = log.add(lane, "send", "pipe", "message", None);
        log.add(lane, "recv", "pipe", "message", Some(send));
    }
    for lane in 0..events() / 4 {
        log.add(lane, "wait", "pipe", "", None);
    }
    log.look("empty");
}

#[test]
fn messages_of_many_to_many() {
    let mut log = Log::begin();
    let sends: Vec<_> = (0..events() / 4)
        .map(|lane| log.add(lane, "send", "pipe", "message", None))
        .collect();
    for (lane, send) in sends.into_iter().enumerate() {
        log.add(events() / 4 - lane, "recv", "pipe", "message", Some(send));
        log.add(lane, "kill", "", &format!("lane{lane}"), None);
    }
    log.look("messages");
}

#[test]
fn many_pipes() {
    let mut log = Log::begin();
    for pipe in 0..events() / 4 {
        let pipe = format!("pipe{pipe}");
        let send = log.add(0, "send", &pipe, "message", None);
        log.add(1, "recv", &pipe, "message", Some(send));
        log.add(1, "wait", &pipe, "", None);
    }
    log.look("pipes");
}

#[test]
fn namesakes_that_are_killed() {
    let mut log = Log::begin();
    for lane in 1..events() / 3 {
        let fork = log.add(0, "fork", "", "fetch", None);
        log.add_of("fetch", lane, "start", ("", ""), "", Some(fork));
        log.add(0, "kill", "", "fetch", None);
    }
    log.look("namesakes");
}

#[test]
fn parts_of_parts() {
    let mut log = Log::begin();
    for part in 0..events() {
        let (part, whole) = (format!("part{part}"), format!("part{}", part + 1));
        log.add_of("lane0", 0, "wait", (&part, &whole), "", None);
    }
    log.look("parts");
}

#[test]
fn things_that_claim_to_be_parts_of_each_other() {
    let mut log = Log::begin();
    for pair in 0..events() / 2 {
        let [one, other] = ["a", "b"].map(|name| format!("{name}{pair}"));
        log.add_of("lane0", 0, "wait", (&one, &other), "", None);
        log.add_of("lane0", 0, "wait", (&other, &one), "", None);
    }
    log.look("circles");
}

#[test]
fn many_processes_with_a_pipe_each() {
    let mut log = Log::begin();
    for lane in 0..events() / 2 {
        log.add(lane, "send", &format!("pipe{lane}"), "message", None);
    }
    for lane in 0..events() / 2 {
        log.add(lane, "wait", &format!("pipe{lane}"), "", None);
    }
    log.look("own-pipes");
}

#[test]
fn a_lane_that_holds_many_locks() {
    let mut log = Log::begin();
    for lock in 0..events() - 300 {
        log.add(0, "acquire", &format!("lock{lock}"), "", None);
    }
    for value in 0..300 {
        log.add(0, "set", "value", &format!("{value}"), None);
    }
    log.look("held");
}

#[test]
fn work_within_work() {
    let mut log = Log::begin();
    for work in 0..events() / 2 {
        log.add(0, "begin", "pool", &format!("{work}"), None);
    }
    for work in (1..events() / 2).rev() {
        log.add(0, "end", "pool", &format!("{work}"), None);
    }
    log.look("work");
}
