//! Tests that pictures fold the inner parts of a thing unless they are asked for, and that checks see all.

use timeline::{Detail, Format, Screen};

mod synthetic;

/// A pool with a queue of its own and a process that starts its workers: `q` and `p`.
fn pool() -> String {
    let log = synthetic::log(&[
        "main fork - q -",
        "q start - - 1",
        "q fork - p -",
        "p start - - 3",
        "p wait pool:~tasks - -",
        "main begin pool task_1 -",
        "main send pool:~tasks one -",
        "p recv pool:~tasks one 7",
        "p begin pool task_1 -",
        "p end pool task_1 -",
        "p exit - - -",
        "q join - p 11",
        "q exit - - -",
        "main wait - q -",
        "main join - q 13",
        "main end pool task_1 -",
        "main exit - - -",
    ]);
    let log = log.replace('~', " ");
    let log = log.replace(r#""on":"pool: tasks""#, r#""on":"pool: tasks","of":"pool""#);
    log.replace(r#""lane":"q""#, r#""lane":"q","in":"pool""#)
}

fn show(format: Format, detail: Detail) -> String {
    let run = synthetic::read(&pool());
    format.show(&run, Screen::PLAIN, detail)
}

#[test]
fn a_picture_shows_only_the_outer_thing_and_notes_its_inner_parts() {
    for format in [
        Format::Lanes,
        Format::Steps,
        Format::Html,
        Format::Svg,
        Format::Chrome,
    ] {
        let (folded, full) = (show(format, Detail::Folded), show(format, Detail::Full));
        // The page names inner parts in what its check found.
        if format != Format::Html {
            assert!(!folded.contains("pool: tasks"), "{format}: {folded}");
        }
        assert!(full.contains("pool: tasks"), "{format}: {full}");
        if matches!(format, Format::Lanes | Format::Steps | Format::Html) {
            assert!(folded.contains("--detail"), "{format}: {folded}");
            assert!(!full.contains("--detail"), "{format}: {full}");
        }
    }
}

#[test]
fn an_inner_lane_is_not_shown_nor_its_start_and_join() {
    let folded = show(Format::Steps, Detail::Folded);
    assert!(!folded.contains("fork"), "{folded}");
    assert!(!folded.contains("join"), "{folded}");
    assert!(
        folded.starts_with("a run without a name: 2 lanes, 11 events"),
        "{folded}"
    );
    let full = show(Format::Steps, Detail::Full);
    assert!(full.contains("fork p") && full.contains("join q"), "{full}");
}

#[test]
fn a_wait_for_an_inner_part_is_a_wait_for_the_thing_and_no_longer() {
    let page = show(Format::Html, Detail::Folded);
    // p waits for its task, and main for the end of q.
    for states in [
        r#"[1,"waits for pool"],[3,"runs"]"#,
        r#"[7,"waits for pool"],[8,"works on task_1"]"#,
    ] {
        assert!(page.contains(states), "{states} in {page}");
    }
}

/// The trace for Perfetto of a log in which `queue: put` is an inner lock of `queue`.
fn trace_of_a_lock(lines: &[&str]) -> String {
    let log = synthetic::log(lines).replace('~', " ");
    let log = log.replace(r#""on":"queue: put""#, r#""on":"queue: put","of":"queue""#);
    Format::Chrome.show(&synthetic::read(&log), Screen::PLAIN, Detail::Folded)
}

#[test]
fn a_wait_for_an_inner_lock_is_shown_if_it_was_not_free() {
    let free = [
        "a wait-limit queue:~put - -",
        "a acquire queue:~put - -",
        "a release queue:~put - -",
        "main wait-limit queue:~put - -",
        "main acquire queue:~put - 3",
        "main release queue:~put - -",
    ];
    let trace = trace_of_a_lock(&free);
    assert!(!trace.contains("wait"), "{trace}");
    let taken = [
        "a acquire queue:~put - -",
        "main wait-limit queue:~put - -",
        "a release queue:~put - -",
        "main acquire queue:~put - 3",
        "main release queue:~put - -",
    ];
    let trace = trace_of_a_lock(&taken);
    assert!(trace.contains("wait for queue"), "{trace}");
    assert!(trace.contains("go on"), "{trace}");
}

#[test]
fn a_check_sees_inner_parts() {
    let log = pool();
    let held = |log: &str| {
        let findings = synthetic::read(log).check();
        findings
            .iter()
            .map(|finding| finding.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let text = held(&log);
    assert!(text.contains("into pool: tasks was received"), "{text}");
    let lost = log.replace(r#""k":"recv""#, r#""k":"say""#);
    assert!(!synthetic::read(&lost).faults().is_empty());
    let run = synthetic::read(&lost);
    for format in [Format::Lanes, Format::Steps, Format::Html] {
        let shown = format.show(&run, Screen::PLAIN, Detail::Folded);
        assert!(shown.contains("pool: tasks"), "{shown}");
    }
}

#[test]
fn possible_causes_are_found_in_the_whole_log() {
    let run = synthetic::read(&pool());
    assert_eq!((&*run.lanes[1].of, &*run.lanes[2].of), ("pool", ""));
    let page = show(Format::Html, Detail::Folded);
    // From the whole log: p began (event 3 of 11) after main had sent the task (after event 2).
    assert!(page.contains("[[0,3],[1,4]]"), "{page}");
}

#[test]
fn a_log_of_inner_parts_alone_is_shown() {
    let log = synthetic::log(&["a send inner one -", "b recv inner one 1"]);
    let log = log.replace(r#""on":"inner""#, r#""on":"inner","of":"outer""#);
    for (format, _) in Format::NAMES {
        for detail in [Detail::Folded, Detail::Full] {
            let shown = format.show(&synthetic::read(&log), Screen::PLAIN, detail);
            assert!(!shown.is_empty());
        }
    }
}

#[test]
fn things_that_belong_to_each_other_are_shown_as_well_as_can_be() {
    let log = pool().replace(r#""on":"pool","#, r#""on":"pool","of":"pool: tasks","#);
    let run = synthetic::read(&log);
    for (format, _) in Format::NAMES {
        assert!(!format.show(&run, Screen::PLAIN, Detail::Folded).is_empty());
    }
}
