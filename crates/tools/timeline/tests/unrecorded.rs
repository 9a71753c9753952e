//! Tests that a check claims nothing that the log does not show: where lines are missing, about items
//! that were refused, and about waits that are not recorded.

use timeline::{State, Verdict};

mod synthetic;

use synthetic::{faults, log, read, sentences};

#[test]
fn a_missing_event_in_a_log_with_gaps_is_a_note_and_no_fault() {
    let whole = log(&[
        "main fork - a -",
        "a start - - 1",
        "main acquire A - -",
        "main send pipe one -",
        "a exit - - -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&whole).len(), 3);
    let mut lines: Vec<_> = whole.lines().collect();
    lines.insert(5, "no event");
    let gaps = lines.join("\n");
    assert_eq!(faults(&gaps), [] as [&str; 0]);
    for verdict in [Verdict::Doubtful, Verdict::Held] {
        assert_eq!(sentences(&gaps, verdict), [] as [&str; 0]);
    }
    let notes = sentences(&gaps, Verdict::Note).into_iter();
    let notes = notes.filter(|note| note.starts_with("As far as a log with gaps tells: "));
    assert_eq!(notes.count(), 4);
}

/// Each process numbers its events, so a missing number shows that a line is missing.
#[test]
fn of_a_log_without_one_of_its_lines_nothing_is_claimed_that_the_line_may_contradict() {
    let whole = log(&[
        "main fork - p -",
        "p start - - 1",
        "main send pipe one -",
        "p recv pipe one 3",
        "p say - - -",
        "p exit - - -",
        "main join - p 6",
        "main say - - -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&whole), [] as [&str; 0]);
    for kind in ["recv", "join"] {
        let is_taken = |line: &&str| line.contains(&format!("\"k\":\"{kind}\""));
        let lines = whole.lines().filter(|line| !is_taken(line));
        let lines: Vec<_> = lines.collect();
        let left = lines.join("\n");
        assert_eq!(faults(&left), [] as [&str; 0], "{kind}");
        let notes = sentences(&left, Verdict::Note).join("\n");
        assert!(notes.contains("The log lacks one event"), "{notes}");
    }
}

#[test]
fn those_that_were_waited_for_are_counted_among_all_that_were_started() {
    let lines = [
        "main fork - a -",
        "a start - - 1",
        "main fork - p -",
        "p start - - 3",
        "a exit - - -",
        "main join - a 5",
        "main kill - p -",
        "main join - p -",
        "main exit - - -",
    ];
    let held = |lines: &[&str]| sentences(&log(lines), Verdict::Held);
    assert_eq!(held(&lines), ["All 2 that were started were waited for."]);
    // The third one is a task that was dropped before its first turn.
    let dropped = [
        &lines[..8],
        &["main fork - t -", "main kill - t -", lines[8]],
    ]
    .concat();
    let text = "2 of the 3 that were started were waited for.";
    assert_eq!(held(&dropped), [text]);
}

/// A process `p`, and another one that its program calls `p 2`.
#[test]
fn a_name_with_a_number_is_not_that_of_the_namesake_without() {
    let log = log(&[
        "main fork - p -",
        "p start - - 1",
        "main fork - q -",
        "q start - - 3",
        "q wait pipe - -",
        "main kill - p -",
        "main join - p -",
    ]);
    let waits = sentences(&log.replace("\"q\"", "\"p 2\""), Verdict::Note);
    let waits = waits.into_iter().find(|note| note.contains("waits"));
    assert_eq!(
        waits.as_deref(),
        Some("When the log ends, p 2 waits for pipe.")
    );
}

#[test]
fn items_that_wait_for_room_or_were_given_back_are_in_no_queue() {
    let lines = [
        "main send queue one -",
        "main send queue two -",
        "main wait queue room -",
        "a recv queue one 1",
        "main resume - - -",
        "main send queue three -",
        "main wait-limit queue room -",
        "main give-up queue three 6",
        "a recv queue two 2",
    ];
    let notes = sentences(&log(&lines), Verdict::Note);
    let is_level = |note: &&String| note.contains("at once");
    assert_eq!(notes.iter().find(is_level), None, "{notes:?}");
}

/// Without a recorded wait, a lane may have done anything before its join with another lane.
#[test]
fn only_a_recorded_wait_is_shown_as_one() {
    let run = read(&log(&[
        "main fork - a -",
        "a start - - 1",
        "a exit - - -",
        "main join - a 3",
        "main fork - b -",
        "b start - - 5",
        "main wait - b -",
        "b exit - - -",
        "main join - b 8",
        "main exit - - -",
    ]));
    let waits = run.spans(0).into_iter();
    let waits = waits.filter(|span| span.state == State::Waits);
    let waits: Vec<_> = waits.map(|span| (span.from, span.to)).collect();
    assert_eq!(waits, [(6, Some(8))]);
}
