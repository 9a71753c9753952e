//! Tests the findings of a check on real logs, and on logs with faults made on purpose.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;

use timeline::Verdict;

mod synthetic;

use synthetic::{faults, faults_when_idle, log, read, sentences};

fn golden(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    let bytes = std::fs::read(folder.join(name)).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The logs of correct runs.
const RIGHT: [&str; 7] = [
    "pipe",
    "pool",
    "queue",
    "rlock",
    "threads",
    "coroutines",
    "distributed",
];

#[test]
fn of_a_run_that_was_right_everything_held() {
    for name in RIGHT {
        let run = read(&golden(&format!("{name}.jsonl")));
        let findings = run.check();
        assert!(run.damage.is_none(), "{name}: {:?}", run.damage);
        assert_eq!(run.faults(), [], "{name}");
        assert!(
            findings
                .iter()
                .any(|finding| finding.verdict == Verdict::Held),
            "{name}"
        );
    }
}

/// A guard may be the value of a task: then another task of its thread has it now.
#[test]
fn a_task_that_has_ended_with_a_lock_is_a_fault_only_when_its_thread_has_ended() {
    let mut lines = vec![
        "main fork - t -",
        "main fork - a -",
        "t start - - 1",
        "t acquire lock - -",
        "t exit - - -",
        "main join - t 5",
        "a start - - 2",
        "a wait lock - -",
    ];
    let is_cut = |fault: &String| fault.starts_with("The log ends before the run does");
    let cut = faults(&log(&lines));
    assert!(cut.iter().all(is_cut), "{cut:?}");
    lines.push("main exit - - -");
    let whole = faults(&log(&lines));
    for fault in [
        "t ended, and never gave lock back.",
        "a waits for lock, held by t, which has ended.",
    ] {
        assert!(whole.contains(&fault.to_owned()), "{whole:?}");
    }
}

#[test]
fn of_a_right_run_that_is_cut_off_anywhere_nothing_else_is_called_wrong() {
    // Without the old log of `rlock`, in which an owner that takes its lock again records a wait: cut
    // there, it looks like a deadlock.
    for name in RIGHT.into_iter().filter(|name| *name != "rlock") {
        let log = golden(&format!("{name}.jsonl"));
        let ends: Vec<_> = log.match_indices('\n').map(|(end, _)| end).collect();
        for end in ends {
            let faults = faults(&log[..end]);
            let is_cut = |fault: &String| fault.starts_with("The log ends before the run does");
            assert!(faults.iter().all(is_cut), "{name}, {end} bytes: {faults:?}");
        }
    }
}

#[test]
fn a_deadlock_is_named_by_its_circle() {
    let faults = faults(&golden("deadlock.jsonl"));
    let circle =
        "Deadlock: Thread_2 waits for A, held by Thread_1, which waits for B, held by Thread_2.";
    assert_eq!(faults[0], circle);
}

#[test]
fn a_circle_through_the_end_of_a_thread_is_one_too() {
    let log = log(&[
        "main fork - a -",
        "a start - - 1",
        "main wait lock - -",
        "main acquire lock - -",
        "a wait lock - -",
        "main wait - a -",
    ]);
    let circle = "Deadlock: main waits for the end of a, which waits for lock, held by main.";
    assert_eq!(faults(&log)[0], circle);
}

#[test]
fn two_that_send_into_each_others_full_pipes_are_in_a_deadlock() {
    let lines = [
        "main fork - p -",
        "p start - - 1",
        "main send pipe one -",
        "p send other two -",
        "main wait pipe room -",
        "p wait other room -",
    ];
    let fault = "Deadlock: no lane of the log can go on: main waits for room in pipe and p waits for room in other.";
    assert_eq!(faults_when_idle(&log(&lines))[0], fault);
    // A thread that is not in the log may be at work.
    assert_eq!(sentences(&log(&lines), Verdict::Doubtful), [fault]);
    // No deadlock if a message is received or a lane ends after the first wait, or if a lane has not begun.
    for line in ["p recv pipe one 3", "q exit - - -", "p fork - b -"] {
        for index in [4, 5, 6] {
            let mut lines = lines.to_vec();
            lines.insert(index, line);
            let faults = faults_when_idle(&log(&lines));
            let is_found = faults.iter().any(|fault| fault.starts_with("Deadlock"));
            let is_before = index == 4 && !line.contains("fork");
            assert_eq!(is_found, is_before, "{lines:?}");
        }
    }
}

#[test]
fn one_that_waits_for_a_message_of_one_that_waits_for_its_end_is_in_a_deadlock() {
    let mut lines = [
        "main fork - p -",
        "p start - - 1",
        "main send pipe one -",
        "p recv pipe one 3",
        "p wait pipe - -",
        "main wait - p -",
    ];
    let fault = "Deadlock: no lane of the log can go on: main waits for p to end and \
                 p waits for pipe, whose sending end main still holds.";
    assert_eq!(faults_when_idle(&log(&lines))[0], fault);
    // Not if a message is still in the pipe, or if main's wait has a limit: main may have sent one since.
    lines[3] = "p recv pipe zero -";
    let last = "The log ends before the run does: it was killed, or still goes on.";
    assert_eq!(faults_when_idle(&log(&lines)), [last]);
    lines[3] = "p recv pipe one 3";
    lines[5] = "main wait-limit - p -";
    assert_eq!(faults_when_idle(&log(&lines)), [last]);
}

#[test]
fn a_wait_that_came_to_its_lock_is_no_deadlock() {
    // The owner takes its lock again.
    let log = log(&[
        "main acquire lock - -",
        "main wait lock - -",
        "main acquire lock - -",
        "main release lock - -",
        "main release lock - -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), [] as [&str; 0]);
}

#[test]
fn a_wait_for_an_owner_that_has_ended_is_reported() {
    let log = log(&[
        "main fork - a -",
        "a start - - 1",
        "a acquire lock - -",
        "a exit - - -",
        "main join - a 4",
        "main wait lock - -",
    ]);
    let faults = faults(&log);
    assert!(
        faults.contains(&"a ended, and never gave lock back.".to_owned()),
        "{faults:?}"
    );
    assert!(
        faults.contains(&"main waits for lock, held by a, which has ended.".to_owned()),
        "{faults:?}"
    );
}

/// The kernel passes a robust lock on, even if its owner has ended by itself.
#[test]
fn the_heir_of_an_owner_that_has_ended_is_no_second_owner() {
    let log = log(&[
        "main fork - a -",
        "a start - - 1",
        "a acquire lock - -",
        "a exit - - -",
        "main join - a 4",
        "main acquire lock - -",
        "main release lock - -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), ["a ended, and never gave lock back."]);
}

#[test]
fn two_owners_of_one_lock_are_reported() {
    let lines = [
        "main fork - a -",
        "a start - - 1",
        "main acquire lock - -",
        "a acquire lock - -",
        "a release lock - -",
        "main release lock - -",
        "a exit - - -",
        "main join - a 7",
        "main exit - - -",
    ];
    assert_eq!(
        faults(&log(&lines)),
        ["main and a had lock at the same time."]
    );
    // With room for two owners, the run is correct.
    let room = log(&lines).replace(r#""on":"lock","#, r#""on":"lock","room":2,"#);
    assert_eq!(faults(&room), [] as [&str; 0]);
}

#[test]
fn lost_doubled_and_overtaken_messages_are_reported() {
    let log = log(&[
        "main send queue one -",
        "main send queue two -",
        "main send queue three -",
        "main send queue four -",
        "a recv queue two 2",
        "a recv queue one 1",
        "a recv queue three 3",
        "a recv queue three 3",
        "main exit - - -",
    ]);
    assert_eq!(
        faults(&log),
        [
            "Of 4 messages sent into queue, one was never received: four.",
            "Received more than once from queue: three.",
            "Received from queue before what its sender had sent earlier: one.",
        ]
    );
}

#[test]
fn a_child_that_is_not_waited_for_is_reported_and_a_killed_one_is_known() {
    let log = log(&[
        "main fork - a -",
        "main fork - b -",
        "a start - - 1",
        "b start - - 2",
        "a exit - - -",
        "main join - b -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), ["No lane waited for the end of a."]);
    let notes = read(&log).check();
    let note = "Killed, or gone without a word: b.";
    assert!(
        notes.iter().any(|finding| finding.sentence == note),
        "{notes:?}"
    );
}

/// The cause of the join of a killed task is the kill. It must not count as the end of the killer.
#[test]
fn a_thread_that_has_killed_a_task_is_not_waited_for_by_that() {
    let log = log(&[
        "main fork - a -",
        "a start - - 1",
        "a kill - t -",
        "a join - t 3",
        "a exit - - -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), ["No lane waited for the end of a."]);
}

#[test]
fn an_effect_before_its_cause_is_reported_and_not_drawn() {
    let log = log(&[
        "main fork - a -",
        "a recv pipe one 3",
        "main send pipe one -",
        "main exit - - -",
    ]);
    let run = read(&log);
    assert_eq!(run.damage.backwards, 1);
    assert_eq!(run.events[1].cause, None);
    let faults = faults(&log);
    let fault = "one event is earlier than what caused it: the clocks of this log are wrong.";
    assert!(faults.contains(&fault.to_owned()), "{faults:?}");
}

#[test]
fn the_cone_of_an_event_is_its_possible_causes_and_its_possible_effects() {
    let log = log(&[
        "main fork - a -",
        "main say - - -",
        "a start - - 1",
        "a send pipe one -",
        "main recv pipe one 4",
        "a exit - - -",
    ]);
    let cone = read(&log).cone(3);
    assert_eq!(cone.past, [true, false, true, false, false, false]);
    assert_eq!(cone.future, [false, false, false, false, true, true]);
}

/// The log of these lines, with a hole after the first `after` of them.
fn with_hole(lines: &[&str], after: usize) -> String {
    let log = log(lines);
    let mut lines: Vec<_> = log.lines().collect();
    let hole = "\0".repeat(1024);
    lines.insert(after, &hole);
    lines.join("\n").replace("\0\n", "\0")
}

/// The log with a cause that is not in it for the event of this number, if that event has none.
fn lost_cause(log: &str, number: usize) -> String {
    let (end, lost) = (r#""c":"","say":"""#, r#""c":"100.99","say":"""#);
    let lines = log.lines().enumerate();
    let lines = lines.map(|(index, line)| match index + 1 == number {
        true => line.replace(end, lost),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// After its last gap, a log is as good evidence as a log without gaps.
#[test]
fn a_finding_that_rests_only_on_events_after_the_last_gap_is_a_fault() {
    let lines = [
        "main run - test -",
        "main fork - a -",
        "a start - - 2",
        "main acquire A - -",
        // Here is the hole.
        "main acquire A - -",
        "a acquire B - -",
        "main send pipe one -",
        "main fork - b -",
        "b start - - 8",
        "b exit - - -",
    ];
    let deadlock = ["main wait B - -", "a wait A - -"];
    let killed = "The log ends before the run does: it was killed, or still goes on.";
    let circle = "Deadlock: a waits for A, held by main, which waits for B, held by a.";
    let hung = [&lines[..], &deadlock].concat();
    assert_eq!(faults(&with_hole(&hung, 4)), [circle, killed]);
    // A hole after the acquire may contain the release, and a later hole the end of the run.
    assert_eq!(faults(&with_hole(&hung, 5)), [killed]);
    assert_eq!(faults(&with_hole(&hung, 11)), [] as [&str; 0]);
    // A cause that may be in the hole is not another gap; a cause that is missing without a hole is one.
    let mut effect = hung.clone();
    effect.push("c recv pipe zero 4");
    assert_eq!(faults(&with_hole(&effect, 4)), [circle, killed]);
    let whole = log(&hung);
    let lost = lost_cause(&whole, 12);
    assert_eq!(faults(&lost), [] as [&str; 0]);
    assert_eq!(faults(&lost_cause(&whole, 4)), [circle, killed]);

    let ended = [
        &lines[..],
        &["main release A - -", "a exit - - -", "main exit - - -"],
    ]
    .concat();
    let expected = [
        "Of one message sent into pipe, one was never received: one.",
        "a ended, and never gave B back.",
        "No lane waited for the end of a and b.",
    ];
    assert_eq!(faults(&with_hole(&ended, 4)), expected);
    // The findings that remain if the hole comes after the message and the start of b.
    assert_eq!(faults(&with_hole(&ended, 9)), [expected[2]]);
}

#[test]
fn an_explored_schedule_ends_with_its_fault_and_not_with_a_kill() {
    let lines = ["main run - two-locks -", "main fork - a -", "a start - - 2"];
    let killed = "The log ends before the run does: it was killed, or still goes on.";
    assert_eq!(faults(&log(&lines)), [killed]);
    let log = log(&lines).replacen(r#""say":"""#, r#""say":"no thread can go on.""#, 1);
    let found = "The schedule is shown up to the fault that was found: no thread can go on.";
    assert_eq!(faults(&log), [found]);
}
