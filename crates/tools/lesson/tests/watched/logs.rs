//! Logs that are too long.

use std::fs;
use std::io::BufReader;
use std::os::unix::fs::MetadataExt;

use lesson_test::run_within;
use timeline::{Detail, Format, Run, Screen};

use crate::{LIMIT, cases, command, run};

cases![
    a_long_log_keeps_its_two_ends_and_reports_the_events_left_out,
    an_inner_lane_is_shown_with_detail_only,
];

fn an_inner_lane_is_shown_with_detail_only() {
    for option in ["--lanes", "--steps"] {
        let folded = run("has an inner lane", &[option]).expect_success().out;
        assert!(!folded.contains("helper"), "{folded}");
        let words = [option, "--detail"];
        let full = run("has an inner lane", &words).expect_success().out;
        assert!(full.contains("helper"), "{full}");
    }
}

/// More events than a log holds.
const EVENTS: usize = 100_000;

fn a_long_log_keeps_its_two_ends_and_reports_the_events_left_out() {
    let path = std::env::temp_dir().join(format!("{}-long", std::process::id()));
    let mut long = command("is long", &["--record", path.to_str().unwrap()]);
    let _recorded = run_within(LIMIT, long.env("EVENTS", EVENTS.to_string())).expect_success();
    let file = fs::File::open(&path).unwrap();
    let on_disk = file.metadata().unwrap().blocks() * 512;
    let run = Run::read(BufReader::new(file)).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(on_disk < 34 << 20, "{on_disk} bytes");
    // The two more are the first line and the end of the run.
    assert_eq!(run.events.len() + run.damage.left_out, EVENTS + 2);
    assert_eq!(run.damage.bad_lines, 0);
    let sets: Vec<usize> = run.things[0]
        .events
        .iter()
        .map(|&set| label(&run, set))
        .collect();
    assert_eq!((sets[0], sets[sets.len() - 1]), (0, EVENTS - 1));
    assert!(run.faults().is_empty(), "{:?}", run.faults());
    let findings = run.check();
    let lacks = findings
        .iter()
        .any(|finding| finding.sentence.contains("lacks"));
    assert!(lacks, "{findings:?}");
    for format in [Format::Lanes, Format::Steps, Format::Html] {
        let shown = format.show(&run, Screen::PLAIN, Detail::Folded);
        assert!(shown.contains("in the middle"), "{format}");
    }
}

fn label(run: &Run, event: usize) -> usize {
    run.events[event].label().parse().unwrap()
}
