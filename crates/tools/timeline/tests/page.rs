//! Tests the page and the picture: rules that hold for all of them, and a few pictures that must equal
//! those in `page/`. `UPDATE=1 cargo test -p timeline --test page` writes these anew.
//!
//! The tests that need a browser are in `browser/`: `scripts/page-test` runs them on the pages that
//! are written here.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use timeline::{Detail, Format, Run, Screen};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// All runs with their names: three that are made here, and those of the logs.
fn runs() -> Vec<(String, Run)> {
    let mut runs = vec![
        ("many-lanes".to_owned(), read(&many_lanes(300))),
        ("long".to_owned(), read(&long(3_000))),
        (
            "alone".to_owned(),
            read(&line(1, 1, "main", "run", "boot", "")),
        ),
    ];
    for log in fs::read_dir(tests().join("logs")).unwrap() {
        let log = log.unwrap().path();
        let name = log.file_stem().unwrap().to_str().unwrap().to_owned();
        runs.push((name, read(&fs::read(log).unwrap())));
    }
    runs
}

fn read(log: &(impl AsRef<[u8]> + ?Sized)) -> Run {
    Run::read(log.as_ref()).unwrap()
}

fn show(run: &Run, format: Format) -> String {
    format.show(run, Screen::PLAIN, Detail::Full)
}

fn line(n: usize, tid: usize, lane: &str, kind: &str, on: &str, cause: &str) -> String {
    let t = n * 1_000;
    format!(
        "{{\"v\":2,\"t\":{t},\"pid\":1,\"ppid\":0,\"tid\":{tid},\"n\":{n},\"lane\":\"{lane}\",\
         \"k\":\"{kind}\",\"on\":\"{on}\",\"what\":\"{n}\",\"c\":\"{cause}\",\"say\":\"\"}}\n"
    )
}

/// The log of a thread that sends a message to each of many others.
fn many_lanes(count: usize) -> String {
    let mut log = line(1, 1, "main", "run", "boot", "");
    for other in 2..2 + count {
        log += &line(2 * other, 1, "main", "send", &format!("pipe {other}"), "");
        let cause = format!("1.1.{}", 2 * other);
        let (lane, pipe) = (format!("thread {other}"), format!("pipe {other}"));
        log += &line(2 * other + 1, other, &lane, "recv", &pipe, &cause);
    }
    log
}

/// The log of a lane that sends many messages to another one.
fn long(count: usize) -> String {
    let mut log = line(1, 1, "main", "run", "boot", "");
    for n in 2..2 + count {
        log += &line(2 * n, 1, "main", "send", "pipe", "");
        log += &line(
            2 * n + 1,
            2,
            "other",
            "recv",
            "pipe",
            &format!("1.1.{}", 2 * n),
        );
    }
    log
}

/// The values of the attribute `name` in all start tags that begin with `mark`.
fn attributes<'a>(html: &'a str, mark: &str, name: &str) -> Vec<&'a str> {
    let (tag, name) = (format!("<{mark} "), format!(" {name}=\""));
    let tags = html
        .split(&tag)
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap());
    let values = tags.filter_map(|tag| Some(tag.split_once(&name)?.1.split('"').next().unwrap()));
    values.collect()
}

/// The picture of each view.
fn figures(html: &str) -> Vec<&str> {
    let figures = html.split("<svg class=\"fig\"").skip(1);
    figures
        .map(|rest| rest.split("</svg>").next().unwrap())
        .collect()
}

#[test]
fn the_pictures_are_as_they_were() {
    for name in [
        "pipe",
        "rlock",
        "deadlock",
        "cut-off",
        "lost-message",
        "hostile",
    ] {
        let log = fs::read(tests().join(format!("logs/{name}.jsonl"))).unwrap();
        // One element a line, so that a difference can be read.
        let svg = show(&read(&log), Format::Svg).replace("><", ">\n<");
        let kept = tests().join(format!("page/{name}.svg"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&kept, &svg).unwrap();
        }
        let was = fs::read_to_string(&kept).unwrap_or_default();
        let first = was.lines().zip(svg.lines()).find(|(was, is)| was != is);
        assert!(was == svg, "{name} differs, first here: {first:#?}");
    }
}

#[test]
fn time_never_runs_backwards_and_every_event_is_there_once_in_each_view() {
    for (name, run) in runs() {
        let html = show(&run, Format::Html);
        let rows = html
            .split("<tbody>")
            .nth(1)
            .unwrap()
            .matches("<tr>")
            .count();
        assert!(
            rows == run.events.len() || html.contains("Left out here"),
            "{name}"
        );
        let figures = figures(&html);
        assert_eq!(figures.len(), 2, "{name}");
        for figure in figures {
            let indices = attributes(figure, "use", "data-i");
            let xs = attributes(figure, "use", "x");
            // The marks at the ends of lanes are not events, and have no place.
            let xs: Vec<f64> = xs.iter().map(|x| x.parse().unwrap()).collect();
            let events: Vec<_> = figure.split("<use ").skip(1).collect();
            let xs = events
                .iter()
                .zip(xs)
                .filter(|(tag, _)| tag.contains("data-i"));
            let mut both: Vec<(usize, f64)> = indices
                .iter()
                .zip(xs)
                .map(|(index, (_, x))| (index.parse().unwrap(), x))
                .collect();
            both.sort_by_key(|(index, _)| *index);
            let all: BTreeSet<_> = both.iter().map(|(index, _)| *index).collect();
            assert_eq!(all, (0..rows).collect(), "{name}");
            assert_eq!(both.len(), rows, "{name}");
            let backwards = both.windows(2).find(|pair| pair[1].1 < pair[0].1);
            assert_eq!(backwards, None, "{name}");
        }
    }
}

#[test]
fn nothing_in_a_log_becomes_markup() {
    let log = fs::read(tests().join("logs/hostile.jsonl")).unwrap();
    for format in [Format::Html, Format::Svg] {
        let shown = show(&read(&log), format);
        for part in [
            "<img",
            "<b>pipe",
            "<i>value",
            "<u>",
            "<svg onload",
            "<!--",
            "\u{1b}",
            "\u{202e}",
        ] {
            assert!(!shown.contains(part), "{format} has {part:?}");
        }
    }
    let html = show(&read(&log), Format::Html);
    assert_eq!(
        html.matches("<script").count(),
        2,
        "the data and the page's own"
    );
    assert_eq!(html.matches("</script").count(), 2);
}

#[test]
fn lanes_things_and_events_left_out_are_counted() {
    let html = show(&read(&many_lanes(300)), Format::Html);
    assert!(html.contains("277 of 301 lanes"), "lanes");
    assert!(html.contains("290 of 300 pipes"), "things");
    let html = show(&read(&long(3_000)), Format::Html);
    assert!(
        html.contains("5401 of 6001 events, from the middle of the run"),
        "events"
    );
    let log = fs::read(tests().join("logs/cut-off.jsonl")).unwrap();
    let html = show(&read(&log), Format::Html);
    assert!(
        html.contains("2 lines of the log could not be read, the first is line 21"),
        "damage"
    );
}

#[test]
fn states_after_a_part_left_out_are_those_of_the_whole_log() {
    let mut log = long(1_000);
    // The time is between two events in the middle of the run; the reader sorts by time.
    let middle = |name, kind, n| {
        let t = 1_000_000 + n;
        line(n, 3, name, kind, "", "").replacen(
            &format!("\"t\":{}", n * 1_000),
            &format!("\"t\":{t}"),
            1,
        )
    };
    log += &line(3, 3, "brief", "say", "", "");
    log += &middle("brief", "exit", 7);
    let html = show(&read(&log), Format::Html);
    assert!(
        html.contains("[300,\"has ended\"]"),
        "brief ends in the gap"
    );
}

#[test]
fn the_page_of_a_usual_run_is_small() {
    for (name, run) in runs() {
        let (events, bytes) = (run.events.len(), show(&run, Format::Html).len());
        assert!(events > 250 || bytes <= 153_600, "{name}: {bytes} bytes");
        assert!(bytes <= 400_000, "{name}: {bytes} bytes");
    }
}

/// Writes each page for the test in the browser, and the events before and after each of its events,
/// as [`Run::cone`] returns them.
#[test]
fn pages_for_the_browser_are_written() {
    let pages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&pages).unwrap();
    for (name, run) in runs() {
        let html = show(&run, Format::Html);
        let rows = html
            .split("<tbody>")
            .nth(1)
            .unwrap()
            .split("<tr><td>")
            .skip(1);
        let shown: Vec<usize> = rows
            .map(|row| row.split('<').next().unwrap().parse::<usize>().unwrap() - 1)
            .collect();
        let mut cones = String::new();
        for &event in &shown {
            let cone = run.cone(event);
            let indices = |marks: &[bool]| {
                let lit = shown.iter().enumerate().filter(|(_, event)| marks[**event]);
                lit.map(|(index, _)| index).collect::<Vec<_>>()
            };
            let comma = if cones.is_empty() { "" } else { ",\n" };
            let (past, future) = (indices(&cone.past), indices(&cone.future));
            write!(cones, "{comma}{{\"past\":{past:?},\"future\":{future:?}}}").unwrap();
        }
        fs::write(pages.join(format!("{name}.html")), html).unwrap();
        fs::write(pages.join(format!("{name}.json")), format!("[{cones}]")).unwrap();
    }
}
