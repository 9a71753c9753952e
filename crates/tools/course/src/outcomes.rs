//! Translates the output of a box into outcomes of checks.

use std::time::Duration;

use check::report::{Outcome, parse};
use check::{Fault, Verdict};
use sandbox::record::How;
use sandbox::{Ended, Verdict as End};

use crate::compiler::{Theirs, errors, other_errors};
use crate::pace::longer;

/// The time limit of a build on a usual machine. Compiling a file takes one or two seconds, and on a busy
/// machine ten times as long.
pub(crate) const BUILD_TIME: Duration = Duration::from_secs(120);
/// The limit of processor time of a build, which a busy machine increases little.
pub(crate) const BUILD_CPU: Duration = Duration::from_secs(30);

/// The outcome of a build that failed. It is the student's only if the compiler names a line that is
/// wrong, or if a limit of the box has ended it. Everything else (a full disk, a killed linker) is an
/// error of this machine.
pub(crate) fn not_built(ended: &Ended, theirs: &Theirs<'_>) -> Outcome {
    let printed = String::from_utf8_lossy(&ended.stderr);
    let errors = match ended.verdict {
        End::Ended(How::Exit(_)) => errors(&printed, theirs),
        _ => None,
    };
    let fault = match (&ended.verdict, errors) {
        (_, Some(errors)) => Fault::new(errors),
        (End::TimedOut, _) => {
            let time = longer(BUILD_TIME).as_secs();
            Fault::of(
                Verdict::Timeout,
                format!("The compiler did not end in {time} s."),
            )
        }
        (End::Ended(How::Signal(nix::libc::SIGXCPU)), _) => {
            let cpu = longer(BUILD_CPU).as_secs();
            let text = format!("The compiler did not end in {cpu} s of a processor's time.");
            Fault::of(Verdict::Timeout, text)
        }
        (End::TooMuchMemory, _) => Fault::new("The compiler needed more memory than it may use."),
        (End::TooMuchOutput, _) => Fault::new("The compiler printed more than it may."),
        (ended, _) => {
            let errors = other_errors(&printed);
            let text = format!("This machine could not build it ({ended:?}).\n{errors}");
            Fault::of(Verdict::GraderError, text)
        }
    };
    Outcome {
        name: "compiles".to_owned(),
        holds: "it compiles".to_owned(),
        fault: Some(fault),
    }
}

/// The name of the outcome of checks that have left no complete report.
pub(crate) const ENDS: &str = "ends";

/// The outcomes of the checks. If their report is incomplete, the way in which it ended is the fault.
pub(crate) fn outcomes(ended: &Ended) -> Vec<Outcome> {
    let report = String::from_utf8_lossy(&ended.stdout);
    let fault = match (&ended.verdict, parse(&report)) {
        (End::Ended(How::Exit(_)), Ok(outcomes)) => return outcomes,
        (verdict, report) => {
            let (word, text) = why_no_report(verdict, report.err().unwrap_or_default());
            let errors = String::from_utf8_lossy(&ended.stderr);
            let text = match word {
                Verdict::GraderError => format!("{text}\n{errors}"),
                _ => text,
            };
            Fault::of(word, text)
        }
    };
    vec![Outcome {
        name: ENDS.to_owned(),
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
        // No program in a box can end the box's first process.
        End::NoRecord => (Verdict::GraderError, "The box ended without a word.".into()),
    }
}

#[cfg(test)]
mod tests {
    use nix::libc::{SIGKILL, SIGXCPU};
    use serde_json::{Value, json};

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
    }

    /// What rustc prints of an error, with or without a position in a source file.
    fn printed(message: &str, code: &str, position: Option<&str>) -> Vec<u8> {
        let spans: Vec<Value> = position
            .map(|file| json!({"is_primary": true, "file_name": file, "text": [{"text": "x"}]}))
            .into_iter()
            .collect();
        let code = json!({ "code": code });
        let error = json!({"level": "error", "message": message, "code": code, "spans": spans});
        format!("{error}\n").into_bytes()
    }

    #[test]
    fn a_build_that_fails_is_the_student_s_only_if_the_compiler_names_a_wrong_line() {
        let built = |verdict, stderr: Vec<u8>| {
            let ended = Ended {
                stderr,
                ..ended(verdict)
            };
            fault(not_built(&ended, &Theirs::default()))
        };
        let exit = || End::Ended(How::Exit(1));
        let line = || printed("mismatched types", "E0308", Some("a.rs"));
        assert_eq!(built(exit(), line()).0, Verdict::Fail);
        for verdict in [End::TooMuchMemory, End::TooMuchOutput] {
            assert_eq!(built(verdict, Vec::new()).0, Verdict::Fail);
        }
        let full = "failed to write a.rmeta: No space left on device";
        let lost = [
            printed("can't find crate for `common`", "E0463", Some("a.rs")),
            line(),
        ];
        for (verdict, stderr, word) in [
            (exit(), printed(full, "", None), full),
            (exit(), b"LLVM ERROR: IO failure".to_vec(), "IO failure"),
            (exit(), lost.concat(), "can't find crate"),
            (End::Ended(How::Signal(SIGKILL)), line(), "Signal(9)"),
            (End::Ended(How::NotStarted(2)), Vec::new(), "NotStarted(2)"),
            (End::NoRecord, b"bwrap: no".to_vec(), "bwrap: no"),
        ] {
            let (verdict, text) = built(verdict, stderr);
            assert_eq!(verdict, Verdict::GraderError, "{text}");
            assert!(text.contains(word) && !text.contains("{\""), "{text}");
        }
    }

    #[test]
    fn a_box_that_ends_without_a_record_is_no_fault_of_the_program_in_it() {
        let ended = Ended {
            stderr: b"bwrap: no room".to_vec(),
            ..ended(End::NoRecord)
        };
        let (verdict, text) = fault(outcomes(&ended).pop().unwrap());
        assert_eq!(verdict, Verdict::GraderError);
        assert!(text.contains("no room"), "{text}");
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
