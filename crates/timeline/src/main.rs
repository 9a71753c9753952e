//! Shows and checks the log of a run: `cargo run -p timeline -- show run.jsonl --as lanes`.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::BufReader;
use std::process::ExitCode;

use timeline::{Run, Screen, Verdict};

mod arguments;

use arguments::{Arguments, Command, HELP};

fn main() -> ExitCode {
    let arguments = match arguments::read(lexopt::Parser::from_env()) {
        Ok(arguments) => arguments,
        Err(error) => {
            common::complain(&format!("timeline: {error}; --help lists the commands"));
            return ExitCode::from(2);
        }
    };
    match tell(&arguments) {
        Ok(code) => code,
        Err(error) => {
            common::complain(&format!("timeline: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn tell(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Some(log) = &arguments.log else {
        common::print_text(HELP)?;
        return Ok(ExitCode::SUCCESS);
    };
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", log.display());
    let file = File::open(log).map_err(|error| named(&error))?;
    let run = Run::read(BufReader::with_capacity(1 << 16, file)).map_err(|error| named(&error))?;
    match arguments.command {
        Command::Show(format) => {
            common::print_text(&format.show(&run, Screen::of_stdout()))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Check => {
            let findings = run.check();
            let lines: String = findings
                .iter()
                .map(|finding| format!("{finding}\n"))
                .collect();
            common::print_text(&lines)?;
            let is_right = findings
                .iter()
                .all(|finding| finding.verdict != Verdict::Broken);
            Ok(if is_right {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}
