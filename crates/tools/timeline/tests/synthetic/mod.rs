//! Logs made by hand.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses some; and a test may"
)]

use std::fmt::Write;

use timeline::{Run, Verdict};

pub(crate) fn read(log: &str) -> Run {
    Run::read(log.as_bytes()).unwrap()
}

/// The faults that a check finds in this log, as sentences.
pub(crate) fn faults(log: &str) -> Vec<String> {
    let faults = read(log).faults();
    faults.into_iter().map(|finding| finding.sentence).collect()
}

/// The faults of the same run, if its watcher has seen that all of its threads sleep.
pub(crate) fn faults_when_idle(log: &str) -> Vec<String> {
    let run = Run {
        is_idle: true,
        ..read(log)
    };
    let faults = run.faults().into_iter();
    faults.map(|finding| finding.sentence).collect()
}

/// The sentences of the findings with this verdict.
pub(crate) fn sentences(log: &str, verdict: Verdict) -> Vec<String> {
    let findings = read(log).check().into_iter();
    let findings = findings.filter(|finding| finding.verdict == verdict);
    findings.map(|finding| finding.sentence).collect()
}

/// A log, made from one line for each event: `lane kind on what cause`. The cause is the number of
/// another line, from 1; "-" stands for nothing, and "~" for a blank. `a`, `b` and `c` are threads, `t`
/// and `u` are tasks on main's thread, and `p` and `q` are processes.
pub(crate) fn log(lines: &[&str]) -> String {
    let mut log = String::new();
    let ids = |line: &str| match line.split(' ').next().unwrap() {
        "main" | "t" | "u" => (100, 100),
        "a" => (100, 101),
        "b" => (100, 102),
        "c" => (100, 103),
        "p" => (200, 200),
        "q" => (201, 201),
        lane => panic!("{lane}"),
    };
    // The number of a line among the lines of its process.
    let number = |index: usize| {
        let (pid, _) = ids(lines[index]);
        let its = lines[..=index].iter().filter(|line| ids(line).0 == pid);
        its.count()
    };
    for (index, line) in lines.iter().enumerate() {
        let [lane, kind, on, what, cause] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let cause = match cause.parse::<usize>() {
            Ok(cause) => {
                let (pid, _) = ids(lines[cause - 1]);
                format!("{pid}.{}", number(cause - 1))
            }
            Err(_) => String::new(),
        };
        let (on, what) = (
            on.trim_matches('-'),
            what.trim_matches('-').replace('~', " "),
        );
        let ((pid, tid), n, t) = (ids(line), number(index), index + 1);
        writeln!(
            log,
            r#"{{"v":2,"t":{t}000,"pid":{pid},"ppid":1,"tid":{tid},"n":{n},"lane":"{lane}","k":"{kind}","on":"{on}","what":"{what}","c":"{cause}","say":""}}"#
        )
        .unwrap();
    }
    log
}
