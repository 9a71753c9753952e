//! Tests that any log is either refused, or read, checked and shown, and that nothing panics.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;

use lesson_test::rounds;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use timeline::{Detail, Format, ReadError, Run, Screen};

/// All golden logs, as bytes.
fn logs() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    let files = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 10, "{paths:?}");
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// Does one kind of damage to a log.
fn damage(log: &mut Vec<u8>, random: &mut StdRng) {
    let at = random.random_range(0..log.len());
    match random.random_range(0..7) {
        // A byte is wrong.
        0 => log[at] = random.random(),
        // The end is missing.
        1 => log.truncate(at + 1),
        // A piece is missing, or there twice.
        2 => drop(log.drain(at..(at + random.random_range(1..2000)).min(log.len()))),
        3 => {
            let piece = log[at..(at + 2000).min(log.len())].to_vec();
            log.splice(at..at, piece);
        }
        // Two lines are swapped.
        4 => {
            let mut lines: Vec<_> = log.split_inclusive(|byte| *byte == b'\n').collect();
            let (one, other) = (random.random_range(0..lines.len()), lines.len() / 2);
            lines.swap(one, other);
            *log = lines.concat();
        }
        // A lane or a thing is marked as a part of another thing.
        5 => {
            let part = [r#""in":"pipe","#, r#""of":"pipe","#, r#""of":"pool","#];
            let part = part[random.random_range(0..part.len())];
            let index = log[at..].windows(4).position(|bytes| bytes == br#""k":"#);
            let index = at + index.unwrap_or(log.len() - at);
            log.splice(index..index, part.bytes());
        }
        // A digit is another one: of a time, an id, a cause.
        _ => {
            if let Some(digit) = log[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                *digit = b'0' + random.random_range(0..10);
            }
        }
    }
    if log.is_empty() {
        log.push(b'{');
    }
}

/// Reads, checks and shows a log. Asserts that causes come before their effects, whatever the log says.
fn read_and_show(log: &[u8]) {
    let Ok(run) = Run::read(log) else {
        return;
    };
    for (index, event) in run.events.iter().enumerate() {
        assert!(event.cause.is_none_or(|cause| cause < index));
        assert!(index == 0 || run.events[index - 1].t <= event.t);
    }
    drop(run.check());
    for (format, _) in Format::NAMES {
        drop(format.show(&run, Screen::PLAIN, Detail::Folded));
    }
}

#[test]
fn no_log_however_damaged_panics_reader_check_or_pictures() {
    let logs = logs();
    for seed in (0..).take(rounds(600)) {
        let mut random = StdRng::seed_from_u64(seed);
        let mut log = logs[random.random_range(0..logs.len())].clone();
        for _ in 0..random.random_range(1..20) {
            damage(&mut log, &mut random);
        }
        read_and_show(&log);
    }
}

#[test]
fn a_bad_line_is_skipped_and_counted() {
    let log = &logs()[0];
    let whole = Run::read(&**log).unwrap();
    let mut lines: Vec<_> = log.split_inclusive(|byte| *byte == b'\n').collect();
    lines.insert(4, b"no event\n");
    lines.insert(7, b"\xff\xfe\n");
    let damaged = Run::read(&*lines.concat()).unwrap();
    assert_eq!(damaged.events.len(), whole.events.len());
    assert_eq!(damaged.damage.bad_lines, 2);
    assert_eq!(damaged.damage.first_bad_line, Some(5));
}

#[test]
fn a_file_that_is_no_log_is_refused_with_the_reason() {
    assert!(matches!(Run::read(&b""[..]), Err(ReadError::NotALog)));
    assert!(matches!(
        Run::read(&b"root:x:0:0\n"[..]),
        Err(ReadError::NotALog)
    ));
    assert!(matches!(
        Run::read(&[0; 100_000][..]),
        Err(ReadError::NotALog)
    ));
    let later = String::from_utf8_lossy(&logs()[1]).replace("\"v\":2,", "\"v\":3,");
    assert!(matches!(
        Run::read(later.as_bytes()),
        Err(ReadError::Version(3))
    ));
}

#[test]
fn logs_of_two_boots_are_not_merged() {
    let logs = logs();
    let log = String::from_utf8_lossy(&logs[1]);
    let (_, boot) = log.split_once("\"on\":\"").unwrap();
    let other = log.replace(&boot[..8], "00000000");
    let both = [&*logs[1], other.as_bytes()].concat();
    assert!(matches!(Run::read(&*both), Err(ReadError::TwoBoots)));
}

#[test]
fn a_time_as_late_as_can_be_written_is_read_and_shown() {
    let late = |t: &str| format!("\"t\":{t},");
    for log in logs() {
        let log = String::from_utf8(log).unwrap();
        let times: Vec<&str> = log
            .split("\"t\":")
            .skip(1)
            .map(|rest| rest.split(',').next().unwrap())
            .collect();
        for latest in [u64::MAX, u64::MAX - 1, 1 << 63] {
            // First the last event alone is late, then all events but the first.
            let last = times.iter().max().unwrap();
            let one = log.replace(&late(last), &late(&latest.to_string()));
            read_and_show(one.as_bytes());
            let mut all = log.clone();
            for t in &times[1..] {
                all = all.replace(&late(t), &late(&latest.to_string()));
            }
            read_and_show(all.as_bytes());
        }
    }
}

#[test]
fn no_control_character_of_a_log_is_in_the_report_of_a_check() {
    for log in logs() {
        let log = String::from_utf8(log).unwrap();
        let names = log.replace("\"lane\":\"", "\"lane\":\"\\u001b[1A\\u001b[2K\\r");
        let names = names.replace("\"on\":\"p", "\"on\":\"\\u009b2K\\u202ep");
        for finding in Run::read(names.as_bytes()).unwrap().check() {
            let obeyed = |char: char| char.is_control() || char == '\u{202e}';
            assert!(!finding.to_string().contains(obeyed), "{finding:?}");
        }
    }
}
