//! Shows and checks the log of a run: `cargo run -p timeline -- show run.jsonl --as lanes`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::fs::File;
use std::process::ExitCode;

use timeline::{Finding, Run, Screen, Verdict, clean};

mod arguments;

use arguments::{Command, HELP};

fn main() -> ExitCode {
    common::let_writes_fail();
    let command = match arguments::read(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            complain(&format!("{error}; --help lists the commands"));
            return ExitCode::from(2);
        }
    };
    obey(command).unwrap_or_else(|error| {
        complain(&error.to_string());
        ExitCode::FAILURE
    })
}

/// Prints one line without characters that a terminal would obey, whatever a file name contains.
fn complain(what: &str) {
    common::complain(&format!("timeline: {}", clean(what)));
}

fn obey(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    let mut is_right = true;
    let text = match command {
        Command::Help => HELP.to_owned(),
        Command::Show(log, format, detail) => {
            let run = read(&log)?;
            is_right = run.faults().is_empty();
            format.show(&run, Screen::of_stdout(), detail)
        }
        Command::Check(log, is_strict) => {
            let mut findings = read(&log)?.check();
            for finding in &mut findings {
                if is_strict && finding.verdict == Verdict::Doubtful {
                    finding.verdict = Verdict::Broken;
                }
            }
            let mut verdicts = findings.iter().map(|finding| finding.verdict);
            is_right = verdicts.all(|verdict| verdict != Verdict::Broken);
            let line = |finding: &Finding| format!("{finding}\n");
            findings.iter().map(line).collect()
        }
    };
    common::print_text(&text)?;
    Ok(if is_right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read(log: &std::path::Path) -> Result<Run, String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", log.display());
    let file = File::open(log).map_err(|error| named(&error))?;
    Run::read_file(file).map_err(|error| named(&error))
}
