//! Tests the rules that every picture for the terminal keeps, whatever the log.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::Path;

use lesson_test::rounds;
use timeline::{Class, Detail, Format, Run, Screen};
use unicode_width::UnicodeWidthStr;

/// The golden logs, as bytes.
fn logs() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    let log = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.display().to_string(), fs::read(path).unwrap())
    };
    fs::read_dir(folder).unwrap().map(log).collect()
}

/// The golden logs in which all lanes have names that are short enough to be shown in full.
fn named_logs() -> Vec<(String, Vec<u8>)> {
    let is_named = |(_, log): &(String, Vec<u8>)| {
        let lanes = Run::read(&log[..]).unwrap().lanes;
        lanes.iter().all(|lane| lane.name.len() <= 24)
    };
    let named: Vec<_> = logs().into_iter().filter(is_named).collect();
    assert!(named.len() > 10, "{}", named.len());
    named
}

fn plain(width: usize) -> Screen {
    Screen {
        width,
        colour: false,
    }
}

/// The text without its colours.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        plain += part.split_once('m').unwrap().1;
    }
    plain
}

fn assert_fits(name: &str, run: &Run) {
    for format in [Format::Lanes, Format::Steps] {
        for width in [40, 57, 80, 131, 200] {
            let shown = format.show(run, plain(width), Detail::Folded);
            for line in shown.lines() {
                assert!(
                    line.width() <= width,
                    "{name} as {format} in {width}:\n{line}"
                );
                let is_safe = !line.chars().any(char::is_control);
                assert!(is_safe, "{name} as {format}: {line:?}");
            }
            let coloured = Screen {
                width,
                colour: true,
            };
            assert_eq!(
                without_colours(&format.show(run, coloured, Detail::Folded)),
                shown,
                "{name}"
            );
        }
    }
}

#[test]
fn no_line_is_wider_than_the_screen_and_colours_change_no_text() {
    for (name, log) in logs() {
        assert_fits(&name, &Run::read(&log[..]).unwrap());
    }
}

/// Numbers that look random and are the same in each run (xorshift).
fn numbers(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).unwrap() % below.max(1)
    }
}

/// Names that are hard to show in a terminal, as JSON.
const NAMES: [&str; 6] = [
    "漢字の名前",
    "e\u{301}\u{301}",
    "\\u001b[2J",
    "",
    "a\\nb",
    "🦀🦀🦀",
];

/// The log with lines lost, repeated or swapped, names, digits or letters changed, or the end cut off.
fn damaged(log: &[u8], seed: u64) -> Vec<u8> {
    let mut number = numbers(seed);
    let mut lines: Vec<Vec<u8>> = log
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    for _ in 0..1 + number(12) {
        let (one, other) = (number(lines.len()), number(lines.len()));
        match number(5) {
            0 if lines.len() > 2 => _ = lines.remove(one),
            1 => lines.insert(one, lines[other].clone()),
            2 => lines.swap(one, other),
            3 => {
                let line = String::from_utf8_lossy(&lines[one]);
                let changed = line.replace("main", NAMES[number(NAMES.len())]);
                lines[one] = changed.replace("url_", NAMES[number(NAMES.len())]).into();
            }
            _ => {
                let line = &mut lines[one];
                let index = number(line.len());
                if let Some(byte) = line
                    .get_mut(index)
                    .filter(|byte| byte.is_ascii_alphanumeric())
                {
                    *byte = b"0123456789ab"[number(12)];
                }
            }
        }
    }
    let mut log = lines.join(&b'\n');
    if number(3) == 0 {
        log.truncate(number(log.len()));
    }
    log
}

#[test]
fn a_damaged_log_is_shown_within_the_screen_in_every_format() {
    let mut shown = 0;
    for (name, log) in logs() {
        for seed in (1..).take(rounds(12)) {
            let log = damaged(&log, seed * 7919);
            let Ok(run) = Run::read(&log[..]) else {
                continue;
            };
            shown += 1;
            assert_fits(&format!("{name} damaged by {seed}"), &run);
            assert!(
                !Format::Chrome
                    .show(&run, Screen::PLAIN, Detail::Folded)
                    .is_empty()
            );
        }
    }
    assert!(shown > 20, "{shown}");
}

/// The rows of a picture, one for each lane or thing, from the heading to the axis: its name and the
/// picture itself.
fn rows(picture: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = picture.lines().collect();
    let axis = lines
        .iter()
        .position(|line| line.trim_start().starts_with('╵'))
        .unwrap();
    let heading = lines.iter().position(|line| line.is_empty()).unwrap();
    let start = lines[axis].chars().take_while(|char| *char == ' ').count();
    let row = |line: &&str| {
        let name: String = line.chars().take(start).collect();
        (name, line.chars().skip(start).collect())
    };
    lines[heading + 1..axis].iter().map(row).collect()
}

#[test]
fn every_message_has_its_sign_where_it_is_sent_and_where_it_is_received() {
    let mut pairs = 0;
    for (name, log) in named_logs() {
        let run = Run::read(&log[..]).unwrap();
        let shown = Format::Lanes.show(&run, plain(400), Detail::Full);
        assert!(
            !shown.contains("several things at once"),
            "{name}:\n{shown}"
        );
        let rows = rows(&shown);
        let is_in = |lane: usize, sign: char| {
            let its = |(name, _): &&(String, String)| {
                name.trim_start().starts_with(&*run.lanes[lane].name)
            };
            rows.iter().find(its).unwrap().1.contains(sign)
        };
        let channels = 0..run.things.len();
        let channels = channels.filter(|&thing| run.things[thing].class == Class::Channel);
        let mut messages: Vec<_> = channels.flat_map(|thing| run.messages(thing)).collect();
        messages.sort_by_key(|message| message.send);
        for (number, message) in messages.into_iter().enumerate() {
            let signs = ('0'..='9').chain('a'..='z').chain('A'..='Z');
            let sign = signs.cycle().nth(number).unwrap();
            assert!(
                is_in(run.events[message.send].lane, sign),
                "{name}: {sign}\n{shown}"
            );
            if let Some(recv) = message.recv {
                assert!(
                    is_in(run.events[recv].lane, sign),
                    "{name}: {sign}\n{shown}"
                );
                pairs += 1;
            }
        }
    }
    assert!(pairs > 100, "{pairs}");
}

#[test]
fn every_lane_is_shown_or_counted_as_left_out() {
    for (name, log) in named_logs() {
        let run = Run::read(&log[..]).unwrap();
        let lanes = Format::Lanes.show(&run, plain(200), Detail::Full);
        let steps = Format::Steps.show(&run, plain(200), Detail::Full);
        for lane in &run.lanes {
            assert!(lanes.contains(&lane.name), "{name}: {}\n{lanes}", lane.name);
            assert!(steps.contains(&lane.name), "{name}: {}\n{steps}", lane.name);
        }
    }
    let line = |n: usize| {
        format!(r#"{{"v":2,"t":{n},"pid":{n},"tid":{n},"n":1,"lane":"task {n}","k":"say"}}"#)
    };
    let log: Vec<String> = (1..=500).map(line).collect();
    let run = Run::read(log.join("\n").as_bytes()).unwrap();
    for format in [Format::Lanes, Format::Steps] {
        let shown = format.show(&run, plain(80), Detail::Folded);
        let left_out = shown.split_once("Left out: ").unwrap().1;
        let left_out: usize = left_out.split(' ').next().unwrap().parse().unwrap();
        let is_named = |n: &usize| {
            let name = format!("task {n}");
            let ends = |rest: &str| !rest.starts_with(|char: char| char.is_ascii_digit());
            let picture = shown.split("Left out: ").next().unwrap();
            picture
                .match_indices(&name)
                .any(|(at, _)| ends(&picture[at + name.len()..]))
        };
        let named = (1..=500).filter(is_named).count();
        assert_eq!(named + left_out, 500, "{format}:\n{shown}");
    }
}

#[test]
fn steps_never_go_back_in_time_and_count_the_events_left_out() {
    for (name, log) in logs() {
        let run = Run::read(&log[..]).unwrap();
        let shown = Format::Steps.show(&run, plain(80), Detail::Folded);
        let first = |line: &str| {
            let word = line
                .split_whitespace()
                .next()
                .filter(|word| word.contains('.'));
            word.and_then(|word| word.parse().ok())
        };
        let times: Vec<f64> = shown.lines().filter_map(first).collect();
        assert!(times.len() > 5, "{name}:\n{shown}");
        assert!(times.is_sorted(), "{name}: {times:?}");
    }
    let line = |n: usize| {
        format!(r#"{{"v":2,"t":{n},"pid":1,"tid":1,"n":{n},"lane":"main","k":"say","say":"{n}"}}"#)
    };
    let log: Vec<String> = (1..=1000).map(line).collect();
    let run = Run::read(log.join("\n").as_bytes()).unwrap();
    let shown = Format::Steps.show(&run, plain(80), Detail::Folded);
    let printed = shown.lines().filter(|line| line.contains('•')).count() - 1;
    assert!(
        shown.contains(&format!("{} lines left out", 1000 - printed)),
        "{shown}"
    );
}
