//! What `--lanes`, `--steps`, `--timeline` and `--trace` show after a run.

use std::fs::File;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitCode, Stdio};

use crate::options::Options;
use crate::watch::{Watched, watch};
use crate::{Format, Run, Screen, predict, runs};

/// Runs the lesson, and shows what was asked for. The exit code is that of the run; 1 if it was
/// killed.
pub(crate) fn view(options: &Options) -> Result<ExitCode, String> {
    // Before the run: what cannot be written has not to be waited for.
    let files = Files::create(options)?;
    if let Some(times) = options.show.runs {
        return runs::show(options, times);
    }
    let stdout = if options.show.predict {
        Stdio::null()
    } else {
        Stdio::inherit()
    };
    let watched = watch(options, stdout)?;
    if options.show.predict {
        predict::ask(&watched.run)?;
    }
    print(options, &watched.run)?;
    files.write(&watched.run)?;
    explain(&watched);
    let code = watched
        .status
        .code()
        .and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// To the terminal. Whoever was asked to predict sees at least the lanes.
fn print(options: &Options, run: &Run) -> Result<(), String> {
    let show = &options.show;
    let screen = Screen::of_stdout();
    let lanes = (show.lanes || show.predict).then_some(Format::Lanes);
    let steps = show.steps.then_some(Format::Steps);
    for format in [lanes, steps].into_iter().flatten() {
        let text = format!("\n{}", format.show(run, screen));
        common::print_text(&text)
            .map_err(|error| format!("cannot write to standard output: {error}"))?;
    }
    Ok(())
}

/// On standard error, why the run did not end by itself.
fn explain(watched: &Watched) {
    if watched.was_too_long {
        common::complain("the run was ended after its limit of time; --limit sets another");
    } else if let Some(signal) = watched.status.signal() {
        common::complain(&format!("the run was ended by signal {signal}"));
    }
}

/// The files that were asked for, empty until the run is over.
struct Files<'a>(Vec<(&'a Path, File, Format)>);

impl<'a> Files<'a> {
    fn create(options: &'a Options) -> Result<Self, String> {
        let show = &options.show;
        let wanted = [
            (&show.timeline, Format::Html),
            (&show.trace, Format::Chrome),
        ];
        let mut files = Vec::new();
        for (path, format) in wanted {
            if let Some(path) = path {
                let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
                files.push((&**path, file, format));
            }
        }
        Ok(Self(files))
    }

    fn write(self, run: &Run) -> Result<(), String> {
        for (path, mut file, format) in self.0 {
            let text = format.show(run, Screen::PLAIN);
            file.write_all(text.as_bytes())
                .map_err(|error| cannot_write(path, &error))?;
        }
        Ok(())
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!(
        "cannot write {}: {error}; choose another FILE",
        path.display()
    )
}
