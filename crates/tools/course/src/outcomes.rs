//! What a box has told, as outcomes of checks.

use std::collections::BTreeMap;
use std::path::PathBuf;

use check::report::{Outcome, parse};
use check::{Fault, Verdict};
use sandbox::record::How;
use sandbox::{Ended, Verdict as End};

use crate::compiler::complaints;

/// The outcome of a build that failed.
pub(crate) fn not_built(ended: &Ended, files: &BTreeMap<PathBuf, String>) -> Outcome {
    let said = String::from_utf8_lossy(&ended.stderr);
    let fault = match &ended.verdict {
        End::Ended(How::Exit(_)) => Fault::new(complaints(&said, files)),
        End::TimedOut => Fault::of(Verdict::Timeout, "The compiler did not end in two minutes."),
        End::Ended(How::Signal(nix::libc::SIGXCPU)) => Fault::of(
            Verdict::Timeout,
            "The compiler did not end in half a minute of a processor's time.",
        ),
        End::NoRecord => Fault::of(Verdict::GraderError, format!("There was no box: {said}")),
        other => Fault::new(format!("The compiler was ended: {other:?}.")),
    };
    Outcome {
        name: "compiles".to_owned(),
        holds: "it compiles".to_owned(),
        fault: Some(fault),
    }
}

/// What the checks have found. Where their report has no end, what ended them is the fault.
pub(crate) fn outcomes(ended: &Ended) -> Vec<Outcome> {
    let report = String::from_utf8_lossy(&ended.stdout);
    let fault = match (&ended.verdict, parse(&report)) {
        (End::Ended(How::Exit(_)), Ok(outcomes)) => return outcomes,
        (verdict, report) => {
            let (word, said) = why_no_report(verdict, report.err().unwrap_or_default());
            let errors = String::from_utf8_lossy(&ended.stderr);
            let is_ours = matches!(word, Verdict::GraderError) || *verdict == End::NoRecord;
            Fault::of(
                word,
                if is_ours {
                    format!("{said}\n{errors}")
                } else {
                    said
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
            let said = format!("What it has started was still there after its end: {names}.");
            (Verdict::Fail, said)
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
