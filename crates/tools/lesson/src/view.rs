//! What `--lanes`, `--steps`, `--timeline` and `--trace` show after a run.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitCode, Stdio};

use timeline::{Detail, Format, Run, Screen, clean};

use crate::operand::WRONG_WORDS;
use crate::options::Options;
use crate::print::print;
use crate::save::Place;
use crate::signals::Signals;
use crate::watch::{Watched, watch};
use crate::{family, predict, runs};

/// Runs the lesson, and shows what was asked for. The exit code is 1 if the run failed, was killed,
/// or broke a rule that [`Run::check`] checks, and 2 if the run's command line was wrong.
pub(crate) fn view(options: &Options) -> Result<ExitCode, String> {
    family::begin();
    let cannot_watch = |error| format!("cannot watch the run: {error}");
    // Checks that output works before a run is waited for. Otherwise the run would inherit what std
    // opens in place of a closed standard output, and its lines would be lost without an error.
    print("")?;
    // Before it is tried whether files can be made: a signal would leave an empty one behind.
    let mut signals = Signals::block().map_err(cannot_watch)?;
    if let Some(times) = options.show.runs {
        return runs::show(options, times, signals);
    }
    let files = Files::find(options)?;
    let stdout = if options.show.predict {
        Stdio::null()
    } else {
        Stdio::inherit()
    };
    let over = watch(options, stdout, &mut signals)?;
    // Nothing is left that has to be ended first, so from here on Ctrl-C may end this process.
    drop(signals);
    let watched = over.read()?;
    if options.show.predict {
        predict::ask(&watched.run)?;
    }
    print_pictures(options, &watched.run)?;
    files.write(&watched.run, detail(options))?;
    explain(&watched);
    judge(options, &watched)
}

/// Prints the pictures to the terminal. After a prediction, the lanes are always among them.
fn print_pictures(options: &Options, run: &Run) -> Result<(), String> {
    let screen = Screen::of_stdout();
    let lanes = shows_lanes(options).then_some(Format::Lanes);
    let steps = options.show.steps.then_some(Format::Steps);
    for format in [lanes, steps].into_iter().flatten() {
        print(&format!("\n{}", format.show(run, screen, detail(options))))?;
    }
    Ok(())
}

fn detail(options: &Options) -> Detail {
    match options.show.detail {
        true => Detail::Full,
        false => Detail::Folded,
    }
}

fn shows_lanes(options: &Options) -> bool {
    options.show.lanes || options.show.predict
}

/// Prints in one line on standard error why the run did not end by itself, and which others were killed.
fn explain(watched: &Watched) {
    let killed = watched.killed().join(", ");
    let killed = match &*killed {
        "" => String::new(),
        killed => format!("; it left processes that were killed: {killed}"),
    };
    if watched.was_too_long {
        common::complain(&format!(
            "the run was ended after its limit of time (--limit sets another){killed}"
        ));
    } else if let Some(signal) = watched.status.signal() {
        common::complain(&format!("the run was ended by signal {signal}{killed}"));
    } else if !killed.is_empty() {
        common::complain(&format!("the run has ended{killed}"));
    }
}

/// Returns the exit code. Prints what did not hold, unless a picture has shown it, and the run's
/// own exit code unless all is well.
fn judge(options: &Options, watched: &Watched) -> Result<ExitCode, String> {
    let faults = watched.run.faults();
    if faults.is_empty() && watched.status.success() {
        return Ok(ExitCode::SUCCESS);
    }
    if !shows_lanes(options) && !options.show.steps {
        let sentences: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
        print(&sentences)?;
    }
    if let Some(code) = watched.status.code() {
        print(&format!("The run itself ended with exit code {code}.\n"))?;
    }
    // A run with a wrong command line has already reported it, and does not count as a run.
    Ok(match watched.status.code() == Some(WRONG_WORDS.into()) {
        true => ExitCode::from(WRONG_WORDS),
        false => ExitCode::FAILURE,
    })
}

/// The files that were asked for, each with the format to write.
struct Files<'a>(Vec<(&'a Path, Place, Format)>);

impl<'a> Files<'a> {
    fn find(options: &'a Options) -> Result<Self, String> {
        let show = &options.show;
        if let Some(log) = &options.settings.record
            && log.exists()
            && !log.is_file()
        {
            let log = log.display();
            return Err(format!(
                "cannot show a run that is recorded to {log}: choose a file"
            ));
        }
        let wanted = [
            (&show.timeline, Format::Html),
            (&show.trace, Format::Chrome),
        ];
        let mut files = Vec::new();
        for (path, format) in wanted {
            if let Some(path) = path {
                let place = Place::find(path).map_err(|error| cannot_write(path, &error))?;
                files.push((&**path, place, format));
            }
        }
        Ok(Self(files))
    }

    fn write(self, run: &Run, detail: Detail) -> Result<(), String> {
        for (path, place, format) in self.0 {
            let text = format.show(run, Screen::PLAIN, detail);
            let signals = match &place {
                // Ctrl-C must not leave half a file, so it waits until the write is over.
                Place::Beside(_) => Some(Signals::block()),
                // Such a write may wait forever for a reader, so Ctrl-C may end it.
                Place::Direct(_) => None,
            };
            place
                .write(text.as_bytes())
                .map_err(|error| cannot_write(path, &error))?;
            drop(signals);
            if let Place::Beside(_) = place {
                print(&format!(
                    "Written: {}\n",
                    clean(&path.display().to_string())
                ))?;
            }
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
