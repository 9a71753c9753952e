//! Tests what is reported on a run that hangs: which lanes wait, and what keeps each wait from ending.

use timeline::{Detail, Format, Screen};

mod synthetic;

use synthetic::{log, read};

/// The waits that the picture for the terminal shows; asserts that the check reports each of them.
fn waiting(lines: &[&str]) -> Vec<String> {
    let run = read(&log(lines));
    let sentences: Vec<_> = run
        .check()
        .into_iter()
        .map(|finding| finding.sentence)
        .collect();
    let shown = Format::Lanes.show(&run, Screen::PLAIN, Detail::Folded);
    let (_, shown) = shown.split_once("When the log ends:\n").unwrap_or_default();
    let waiting = shown.lines().take_while(|line| !line.starts_with("WRONG"));
    let waiting = waiting.filter(|line| line.contains(" waits "));
    let waiting: Vec<_> = waiting.map(str::to_owned).collect();
    for line in &waiting {
        let sentence = format!("When the log ends, {line}.");
        assert!(sentences.contains(&sentence), "{sentences:?}");
    }
    waiting
}

#[test]
fn a_receiver_waits_at_a_pipe_whose_sending_end_another_process_still_holds() {
    let mut lines = [
        "main fork - p -",
        "p start - - 1",
        "main close pipe receiving~end -",
        "main send pipe one -",
        "p recv pipe one 4",
        "p wait pipe - -",
        "main wait - p -",
    ];
    let wait = "p waits for pipe, whose sending end main still holds";
    assert_eq!(waiting(&lines), ["main waits for p to end", wait]);
    // main's process holds the sending end no more if any of its threads has closed it.
    lines[5] = "a close pipe sending~end -";
    lines[6] = "p wait pipe - -";
    assert_eq!(waiting(&lines), ["p waits for pipe"]);
}

#[test]
fn the_process_that_is_waited_for_is_named() {
    let lines = ["main fork - p -", "p start - - 1", "main wait - 200 -"];
    assert_eq!(waiting(&lines), ["main waits for p to end"]);
}
