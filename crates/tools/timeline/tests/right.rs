//! Tests that a check finds no fault in what a correct program may do.

use timeline::Verdict;

mod synthetic;

use synthetic::{faults, log, read, sentences};

#[test]
fn two_that_take_two_locks_in_opposite_order_and_back_off_are_in_no_deadlock() {
    for wait in ["wait", "wait-limit"] {
        let lines = [
            "main fork - a -",
            "a start - - 1",
            "main acquire A - -",
            "a acquire B - -",
            "main WAIT B - -",
            "a WAIT A - -",
            "main give-up B - -",
            "main release A - -",
            "a acquire A - 8",
            "a release A - -",
            "a release B - -",
            "a exit - - -",
            "main join - a 12",
            "main exit - - -",
        ];
        let lines = lines.map(|line| line.replace("WAIT", wait));
        let lines = lines.each_ref().map(|line| &**line);
        assert_eq!(faults(&log(&lines)), [] as [&str; 0]);
        // The run is killed in the middle: a wait with a limit may have ended by then.
        let cut = faults(&log(&lines[..6]));
        let is_found = cut.iter().any(|fault| fault.starts_with("Deadlock"));
        assert_eq!(is_found, wait == "wait", "{cut:?}");
    }
}

#[test]
fn a_lock_of_one_that_was_killed_makes_no_deadlock_and_no_second_owner() {
    let faults = faults(&log(&[
        "main fork - p -",
        "p start - - 1",
        "main acquire B - -",
        "p acquire A - -",
        "p wait B - -",
        "main kill - p -",
        "main wait A - -",
        "main acquire A - -",
        "main release A - -",
        "main release B - -",
        "main join - p -",
        "main exit - - -",
    ]));
    assert_eq!(faults, [] as [&str; 0]);
}

#[test]
fn children_of_one_that_was_killed_could_not_be_waited_for() {
    let log = log(&[
        "main fork - p -",
        "p start - - 1",
        "p fork - q -",
        "q start - - 3",
        "q acquire A - -",
        "main kill - p -",
        "main join - p -",
        "main acquire A - -",
        "main release A - -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), [] as [&str; 0]);
    let notes = sentences(&log, Verdict::Note);
    let note = "Left by a parent that was killed: q.".to_owned();
    assert!(notes.contains(&note), "{notes:?}");
}

#[test]
fn a_task_whose_handle_was_dropped_or_that_was_killed_is_not_missed() {
    let log = log(&[
        "main fork - t -",
        "main fork - u -",
        "t start - - 1",
        "t wait - - -",
        "u start - - 2",
        "u exit - - -",
        "t exit - killed -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), [] as [&str; 0]);
    let notes = sentences(&log, Verdict::Note);
    for note in [
        "Ended before they were done: t.",
        "Not waited for until then: u.",
    ] {
        assert!(notes.contains(&note.to_owned()), "{notes:?}");
    }
}

#[test]
fn of_two_children_of_one_name_the_killed_one_is_known_though_the_other_has_ended() {
    let lines = [
        "main fork - p -",
        "main fork - p -",
        "p start - - 1",
        "q start - - 2",
        "p exit - - -",
        "main kill - p -",
        "main join - p 5",
        "main join - p -",
        "main exit - - -",
    ];
    let log = log(&lines).replace(r#""lane":"q""#, r#""lane":"p""#);
    assert_eq!(faults(&log), [] as [&str; 0]);
    let notes = sentences(&log, Verdict::Note);
    let note = "Killed, or gone without a word: p 201.".to_owned();
    assert!(notes.contains(&note), "{notes:?}");
}

#[test]
fn a_message_that_was_given_back_was_not_lost() {
    let log = log(&[
        "main send pipe one -",
        "main recv pipe one 1",
        "main send pipe two -",
        "main give-up pipe two 3",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), [] as [&str; 0]);
}

#[test]
fn a_sender_killed_in_the_middle_of_a_send_may_not_have_sent() {
    let log = log(&[
        "main fork - p -",
        "p start - - 1",
        "p send pipe one -",
        "main recv pipe one 3",
        "p send pipe two -",
        "main kill - p -",
        "main join - p -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), [] as [&str; 0]);
    let notes = sentences(&log, Verdict::Note);
    let note = "Perhaps not sent into pipe before the end: two.".to_owned();
    assert!(notes.contains(&note), "{notes:?}");
}

#[test]
fn a_message_on_its_way_when_a_line_is_hung_up_was_not_lost() {
    let lines = [
        "main fork - p -",
        "p start - - 1",
        "p close tcp side -",
        "p exit - - -",
        "main send tcp Shutdown -",
        "main join - p 4",
        "main exit - - -",
    ];
    assert_eq!(faults(&log(&lines)), [] as [&str; 0]);
    let notes = sentences(&log(&lines), Verdict::Note);
    let note =
        "Of one message sent into tcp, one was not received before it was hung up: Shutdown.";
    assert!(notes.contains(&note.to_owned()), "{notes:?}");
}

#[test]
fn a_message_overtaken_before_a_side_hung_up_was_lost() {
    let lines = [
        "main fork - p -",
        "p start - - 1",
        "main send tcp one -",
        "main send tcp two -",
        "p recv tcp two 4",
        "p close tcp side -",
        "p exit - - -",
        "main join - p 7",
        "main exit - - -",
    ];
    let fault = "Of 2 messages sent into tcp, one was never received: one.";
    assert_eq!(faults(&log(&lines)), [fault]);
}

/// A sender that waits for room cannot receive, so no message that it might have received is lost.
#[test]
fn a_sender_that_is_killed_while_it_waits_for_room_loses_nothing() {
    let log = log(&[
        "main fork - p -",
        "p start - - 1",
        "p send pipe one -",
        "p wait pipe room -",
        "main kill - p -",
        "main join - p -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), [] as [&str; 0]);
    assert_eq!(sentences(&log, Verdict::Doubtful), [] as [&str; 0]);
    let notes = sentences(&log, Verdict::Note);
    let note = "Perhaps not sent into pipe before the end: one.".to_owned();
    assert!(notes.contains(&note), "{notes:?}");
}

#[test]
fn bytes_that_are_read_as_they_come_are_not_called_lost() {
    let log = log(&[
        "main send pipe one -",
        "main send pipe two -",
        "main recv pipe onetwo -",
        "main exit - - -",
    ]);
    assert_eq!(faults(&log), [] as [&str; 0]);
}

/// The destructor of a thread-local can run after the end of its lane is recorded.
#[test]
fn a_lane_that_closes_something_after_its_end_has_ended() {
    let mut lines = [
        "main fork - a -",
        "a start - - 1",
        "a exit - - -",
        "a close pipe sending~end -",
        "main join - a 3",
        "main exit - - -",
        "main close pipe sending~end -",
    ];
    assert_eq!(faults(&log(&lines)), [] as [&str; 0]);
    // A lane that waits there has not ended.
    lines[6] = "main wait pipe - -";
    let fault = "The log ends before the run does: it was killed, or still goes on.";
    assert_eq!(faults(&log(&lines)), [fault]);
}

/// A thread may wait for a process that another thread of the parent has started.
#[test]
fn a_killed_process_that_another_lane_of_its_parent_waits_for_is_not_missed() {
    let lines = [
        "main fork - a -",
        "a start - - 1",
        "main fork - p -",
        "p start - - 3",
        "a fork - q -",
        "q start - - 5",
        "main kill - p -",
        "a kill - p -",
        "a join - p -",
        "a exit - - -",
        "main join - a 10",
        "main exit - - -",
    ];
    // If two processes have one name, a lane waits for the one that it has started.
    let namesakes = log(&lines).replace(r#""lane":"q""#, r#""lane":"p""#);
    let doubts = sentences(&namesakes, Verdict::Doubtful);
    assert_eq!(doubts, ["No lane waited for the end of p."]);
    let one = log(&lines).replace(r#""what":"q""#, r#""what":"b""#);
    let one = one.replace(r#""lane":"q""#, r#""lane":"b""#);
    let doubts = sentences(&one, Verdict::Doubtful);
    assert_eq!(doubts, ["No lane waited for the end of b."]);
}

/// The spawner takes a place for a task, and the task gives the place back.
#[test]
fn a_thing_with_several_places_makes_no_deadlock_and_is_not_left_locked() {
    let lines = [
        "main acquire pool - -",
        "main fork - t -",
        "t start - - 2",
        "main wait pool - -",
        "t release pool - -",
        "main acquire pool - 5",
        "main exit - - -",
    ];
    let counted =
        |lines: &[&str]| log(lines).replace(r#""on":"pool","#, r#""on":"pool","room":1,"#);
    let cut = faults(&counted(&lines[..4]));
    let fault = "The log ends before the run does: it was killed, or still goes on.";
    assert_eq!(cut, [fault]);
    assert_eq!(faults(&counted(&lines)), [] as [&str; 0]);
    let notes = read(&counted(&lines[..4])).check();
    let waits = "When the log ends, main waits for pool.";
    assert!(notes.iter().any(|note| note.sentence == waits), "{notes:?}");
}

/// If a lane that is not the owner has released a lock before, any lane may release it again.
#[test]
fn a_lock_that_another_lane_gives_back_makes_no_deadlock() {
    let log = log(&[
        "main fork - a -",
        "a start - - 1",
        "main acquire lock - -",
        "a release lock - -",
        "main acquire lock - -",
        "main wait lock - -",
    ]);
    let fault = "The log ends before the run does: it was killed, or still goes on.";
    assert_eq!(faults(&log), [fault]);
}

/// `exit` ends the other threads on purpose, so none of them can need what the caller holds.
#[test]
fn a_program_that_calls_exit_on_any_thread_has_ended_and_no_lane_is_missed() {
    let log = log(&[
        "main fork - a -",
        "a start - - 1",
        "main fork - b -",
        "b start - - 3",
        "a acquire lock - -",
        "a exit - exit -",
    ]);
    assert_eq!(faults(&log), [] as [&str; 0]);
    let notes = sentences(&log, Verdict::Note);
    for note in [
        "Not waited for until then: a and b.",
        "a called exit while it had lock.",
    ] {
        assert!(notes.contains(&note.to_owned()), "{notes:?}");
    }
}

/// This holds whether or not the run has lost a message, because the next run may lose one.
#[test]
fn a_child_ended_by_force_while_it_could_still_receive_is_doubtful() {
    let lines = [
        "main fork - p -",
        "p start - - 1",
        "main send pipe one -",
        "p recv pipe one 3",
        "p wait pipe - -",
        "main kill - p -",
        "main join - p -",
        "main exit - - -",
    ];
    let doubts = |lines: &[&str]| sentences(&log(lines), Verdict::Doubtful);
    let doubt = "p was ended by force while it could still receive from pipe.";
    assert_eq!(doubts(&lines), [doubt]);
    assert_eq!(faults(&log(&lines)), [] as [&str; 0]);
    // No doubt if p has closed its end, or has received the end of the stream.
    for line in ["p close pipe - -", "p eof pipe - -"] {
        let mut lines = lines;
        lines[4] = line;
        assert_eq!(doubts(&lines), [] as [&str; 0], "{line}");
    }
}

/// A receiver that is killed before it has removed the message leaves it to the next receiver.
#[test]
fn a_message_that_a_killed_receiver_held_may_be_received_again() {
    let mut lines = [
        "main fork - p -",
        "p start - - 1",
        "main send queue one -",
        "p recv queue one 3",
        "main kill - p -",
        "main join - p -",
        "main recv queue one 3",
        "main exit - - -",
    ];
    assert_eq!(faults(&log(&lines)), [] as [&str; 0]);
    // If the receiver is not killed, it has removed the message.
    lines[4] = "p exit - - -";
    lines[5] = "main join - p 5";
    let fault = "Received more than once from queue: one.";
    assert_eq!(faults(&log(&lines)), [fault]);
}
