//! Translates the output of a box into outcomes of checks.

use std::time::Duration;

use check::report::{Outcome, parse};
use check::{Fault, Verdict};
use sandbox::record::How;
use sandbox::{Ended, Verdict as End};

use crate::compiler::{Theirs, complaints};

/// The time limit of a build. Compiling a file takes one or two seconds, and on a busy machine ten
/// times as long.
pub(crate) const BUILD_TIME: Duration = Duration::from_secs(120);
/// The limit of processor time of a build, which a busy machine increases little.
pub(crate) const BUILD_CPU: Duration = Duration::from_secs(30);

/// The outcome of a build that failed.
pub(crate) fn not_built(ended: &Ended, theirs: &Theirs<'_>) -> Outcome {
    let errors = String::from_utf8_lossy(&ended.stderr);
    let fault = match &ended.verdict {
        End::Ended(How::Exit(_)) => Fault::new(complaints(&errors, theirs)),
        End::TimedOut => {
            let time = BUILD_TIME.as_secs();
            Fault::of(
                Verdict::Timeout,
                format!("The compiler did not end in {time} s."),
            )
        }
        End::Ended(How::Signal(nix::libc::SIGXCPU)) => {
            let cpu = BUILD_CPU.as_secs();
            let text = format!("The compiler did not end in {cpu} s of a processor's time.");
            Fault::of(Verdict::Timeout, text)
        }
        End::NoRecord => Fault::of(Verdict::GraderError, format!("There was no box: {errors}")),
        other => Fault::new(format!("The compiler was ended: {other:?}.")),
    };
    Outcome {
        name: "compiles".to_owned(),
        holds: "it compiles".to_owned(),
        fault: Some(fault),
    }
}

/// The outcomes of the checks. If their report is incomplete, the way in which it ended is the fault.
pub(crate) fn outcomes(ended: &Ended) -> Vec<Outcome> {
    let report = String::from_utf8_lossy(&ended.stdout);
    let fault = match (&ended.verdict, parse(&report)) {
        (End::Ended(How::Exit(_)), Ok(outcomes)) => return outcomes,
        (verdict, report) => {
            let (word, text) = why_no_report(verdict, report.err().unwrap_or_default());
            let errors = String::from_utf8_lossy(&ended.stderr);
            let is_ours = matches!(word, Verdict::GraderError) || *verdict == End::NoRecord;
            Fault::of(
                word,
                if is_ours {
                    format!("{text}\n{errors}")
                } else {
                    text
                },
            )
        }
    };
    vec![Outcome {
        name: "ends".to_owned(),
        holds: "it ends, and its judge with it".to_owned(),
        fault: Some(fault),
    }]
}

fn why_no_report(verdict: &End, wrong: String) -> (Verdict, String) {
    match verdict {
        End::Ended(How::Exit(code)) => (
            Verdict::GraderError,
            format!("Exit code {code} of the checks: {wrong}"),
        ),
        End::Ended(How::Signal(nix::libc::SIGXCPU)) => (
            Verdict::Timeout,
            "The checks have used up their time of a processor.".into(),
        ),
        End::Ended(How::Signal(signal)) => (
            Verdict::Crash,
            format!("Signal {signal} ended the program and its judge."),
        ),
        End::Ended(How::NotStarted(errno)) => (
            Verdict::GraderError,
            format!("The checks did not start: error {errno}."),
        ),
        End::LeftBehind(_, names) => {
            let names = timeline::some_of(names);
            let text = format!("What it has started was still there after its end: {names}.");
            (Verdict::Fail, text)
        }
        End::TimedOut => (Verdict::Timeout, "The checks did not end in time.".into()),
        End::TooMuchOutput => (Verdict::Fail, "It has printed more than 64 MiB.".into()),
        End::TooMuchMemory => (
            Verdict::Crash,
            "Its processes together had more than 2 GiB of memory in use.".into(),
        ),
        End::NoRecord => (Verdict::Crash, "The box ended without a word.".into()),
    }
}

#[cfg(test)]
mod tests {
    use nix::libc::{SIGKILL, SIGXCPU};

    use super::*;

    fn ended(verdict: End) -> Ended {
        Ended {
            verdict,
            stdout: Vec::new(),
            stderr: Vec::new(),
            took: Duration::ZERO,
        }
    }

    fn fault(outcome: Outcome) -> (Verdict, String) {
        let fault = outcome.fault.unwrap();
        (fault.verdict, fault.said.join("\n"))
    }

    #[test]
    fn a_process_that_has_used_up_its_processor_time_is_a_timeout() {
        let by_signal = |signal| ended(End::Ended(How::Signal(signal)));
        let checks = |ended| fault(outcomes(&ended).pop().unwrap());
        let (verdict, text) = checks(by_signal(SIGXCPU));
        assert_eq!(verdict, Verdict::Timeout);
        assert!(text.contains("time of a processor"), "{text}");
        assert_eq!(checks(by_signal(SIGKILL)).0, Verdict::Crash);

        let build = |ended| fault(not_built(&ended, &Theirs::default()));
        let (verdict, text) = build(by_signal(SIGXCPU));
        assert_eq!(verdict, Verdict::Timeout);
        assert!(text.contains("30 s of a processor's time"), "{text}");
        let (verdict, text) = build(ended(End::TimedOut));
        assert_eq!(verdict, Verdict::Timeout);
        assert!(text.contains("120 s"), "{text}");
        assert_eq!(build(by_signal(SIGKILL)).0, Verdict::Fail);
    }

    #[test]
    fn the_page_for_instructors_names_the_limits_of_a_build() {
        let page = include_str!("../../../../docs/instructors.md");
        let (time, cpu) = (BUILD_TIME.as_secs(), BUILD_CPU.as_secs());
        let limits =
            format!("the compiler had run for {time} s, or used {cpu} s of processor time");
        assert!(page.contains(&limits), "{limits}");
    }
}
