//! The command line that all lessons share.

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;

use crate::keeper::keep;
use crate::operand::{WRONG_WORDS, WrongOperand};
use crate::options::{OPTIONS, Operands, Options, read};
use crate::view::view;
use crate::watch::be_watched;

/// The result of a story: success, or any error, which is printed as one line on standard error.
pub type StoryResult = Result<(), Box<dyn Error>>;

/// A program of the course: its name, what it is about, and the command line around its story.
///
/// ```no_run
/// use common::say;
/// use lesson::{Lesson, StoryResult};
///
/// fn main() -> std::process::ExitCode {
///     Lesson::new(env!("CARGO_PKG_NAME"), "hello", "0: the smallest lesson").run(story)
/// }
///
/// fn story() -> StoryResult {
///     say!("Hello from process {}.", common::pid());
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Lesson {
    package: &'static str,
    program: &'static str,
    about: &'static str,
}

impl Lesson {
    /// Creates a lesson from its package and program (`env!("CARGO_PKG_NAME")`, `env!("CARGO_BIN_NAME")`)
    /// and one line on what it shows, which begins with the section of the notes.
    #[must_use]
    pub const fn new(package: &'static str, program: &'static str, about: &'static str) -> Self {
        Self {
            package,
            program,
            about,
        }
    }

    /// Reads the command line, then runs the story or what an option asks for instead.
    ///
    /// The exit code is 0 on success; 1 when the story or its output failed; 2 for a wrong command line,
    /// which a story reports by [`WrongOperand`]. The last two come with a line on standard error.
    pub fn run(self, story: impl FnOnce() -> StoryResult) -> ExitCode {
        self.read_and_run(None, |_none| story())
    }

    /// Like [`run`](Self::run), for a story that takes words after the options.
    pub fn run_with(
        self,
        operands: Operands,
        story: impl FnOnce(Vec<String>) -> StoryResult,
    ) -> ExitCode {
        self.read_and_run(Some(operands), story)
    }

    fn read_and_run(
        self,
        operands: Option<Operands>,
        story: impl FnOnce(Vec<String>) -> StoryResult,
    ) -> ExitCode {
        // Done here because every program passes here, so none has to do it, whichever call it waits with.
        common::stop_ignoring_children();
        common::let_writes_fail();
        let options = match read(lexopt::Parser::from_env(), operands) {
            Ok(options) => options,
            Err(error) => {
                self.complain(&format!("{error}; --help lists the options"));
                return ExitCode::from(WRONG_WORDS);
            }
        };
        let result = if options.help {
            let printed = common::print_text(&self.help(operands));
            printed.map(|()| ExitCode::SUCCESS).map_err(Into::into)
        } else if let Some((report, limit)) = &options.watching.keep {
            keep(&options, report, *limit).map_err(Into::into)
        } else if options.show.is_asked_for() {
            view(&options).map_err(Into::into)
        } else {
            self.run_story(options, story).map(|()| ExitCode::SUCCESS)
        };
        result.unwrap_or_else(|failure| {
            self.complain(&failure.to_string());
            match failure.is::<WrongOperand>() {
                true => ExitCode::from(WRONG_WORDS),
                false => ExitCode::FAILURE,
            }
        })
    }

    fn run_story(
        &self,
        options: Options,
        story: impl FnOnce(Vec<String>) -> StoryResult,
    ) -> StoryResult {
        be_watched(&options.watching)?;
        common::begin(self.program, &options.settings)?;
        let result = story(options.operands);
        let failure = common::end();
        result.and(failure.map_or(Ok(()), |failure| Err(failure.into())))
    }

    fn complain(&self, message: &str) {
        // Cleaned, because an error's text may contain bytes that a terminal would obey.
        common::complain(&format!("{}: {}", self.program, common::clean(message)));
    }

    fn help(&self, operands: Option<Operands>) -> String {
        let Self {
            package,
            program,
            about,
        } = self;
        let which = if package == program {
            String::new()
        } else {
            format!(" --bin {program}")
        };
        let words = operands.map_or(String::new(), |operands| format!(" [{}]", operands.name));
        let mut help = format!(
            "{about}\n\nUsage: cargo run -p {package}{which} -- [OPTIONS]{words}\n\n{OPTIONS}"
        );
        if let Some(operands) = operands {
            // Writing to a string cannot fail.
            let _fits = write!(help, "\n  {:15}  {}\n", operands.name, operands.help);
        }
        help
    }
}
