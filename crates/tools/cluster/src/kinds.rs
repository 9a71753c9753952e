//! What a worker can do: functions by name. Only a name and bytes cross the line, so nothing else
//! can be run.

mod kind;
mod mandelbrot;
mod words;

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use common::{Message, decode, encode, end_of_panic};
use scheduler::task::TaskOutcome;

use kind::Kind;
pub(crate) use kind::Shown;

/// The kinds of tasks that a program knows, by name. Scheduler, workers and clients are the same
/// program, so that they know the same kinds.
#[derive(Default)]
pub struct Kinds {
    all: BTreeMap<&'static str, Kind>,
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.all.keys()).finish()
    }
}

impl Kinds {
    /// Returns a set without kinds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the kinds of the program `cluster`.
    #[must_use]
    pub fn standard() -> Self {
        let squares = "NUMBER...: the square of each";
        let primes = "NUMBER...: how many primes are below each; takes time";
        let sleeps = "MILLISECONDS...: sleeps for each";
        let fetches = "URL...: the status and the length of each page";
        Self::new()
            .with("square", squares, square)
            .with("primes", primes, primes_below)
            .with("sleep", sleeps, sleep)
            .with("fetch", fetches, fetch)
            .with_kind("wordcount", words::kind())
            .with_kind("mandelbrot", mandelbrot::kind())
    }

    /// Adds a kind. Each word of the command line is the argument of one task, which returns a
    /// value or the text of an error; a panic is an error, too. Replaces a kind of the same name.
    ///
    /// `--help` prints `help`: the words, a colon, and what the task does.
    #[must_use]
    pub fn with<A, R>(
        self,
        name: &'static str,
        help: &'static str,
        function: impl Fn(A) -> Result<R, String> + Send + Sync + 'static,
    ) -> Self
    where
        A: Message + FromStr<Err: Display> + 'static,
        R: Message + Display + 'static,
    {
        let run = move |body: &[u8]| {
            let argument = decode(body).map_err(|error| error.to_string())?;
            encode(&function(argument)?).map_err(|error| error.to_string())
        };
        let kind = Kind {
            split: Box::new(split_words::<A>),
            run: Box::new(run),
            show: Box::new(show_each::<R>),
            makes_file: false,
            help,
        };
        self.with_kind(name, kind)
    }

    fn with_kind(mut self, name: &'static str, kind: Kind) -> Self {
        self.all.insert(name, kind);
        self
    }

    fn get(&self, name: &str) -> Result<&Kind, String> {
        self.all.get(name).ok_or_else(|| {
            let known: Vec<_> = self.all.keys().copied().collect();
            let known = known.join(", ");
            format!("no task of kind '{name}' is known, only: {known}")
        })
    }

    /// The arguments of the tasks for these words of the command line.
    pub(crate) fn split(&self, name: &str, words: &[String]) -> Result<Vec<Vec<u8>>, String> {
        (self.get(name)?.split)(words)
    }

    /// Checks whether the results of a kind become a file.
    pub(crate) fn makes_file(&self, name: &str) -> Result<(), String> {
        match self.get(name)?.makes_file {
            true => Ok(()),
            false => Err(format!(
                "the results of '{name}' are lines, and no file is made of them: --out FILE is for \
                 kinds that make one"
            )),
        }
    }

    /// Runs a task. A panic is an error of the task.
    pub(crate) fn call(&self, name: &str, body: &[u8]) -> TaskOutcome {
        let kind = self.get(name)?;
        catch_unwind(AssertUnwindSafe(|| (kind.run)(body)))
            .unwrap_or_else(|panic| Err(format!("the task panicked: {}", end_of_panic(panic))))
    }

    /// Turns the results of all tasks into what is shown.
    pub(crate) fn show(&self, name: &str, results: &[Vec<u8>]) -> Result<Shown, String> {
        (self.get(name)?.show)(results)
    }

    /// The lines of `--help`, one for each kind.
    pub(crate) fn help(&self) -> String {
        let line = |(name, kind): (&&str, &Kind)| format!("  {name} {}\n", kind.help);
        self.all.iter().map(line).collect()
    }
}

fn split_words<A: Message + FromStr<Err: Display>>(
    words: &[String],
) -> Result<Vec<Vec<u8>>, String> {
    let one = |word: &String| {
        let argument: A = word
            .parse()
            .map_err(|error| format!("'{word}' is no argument of this kind: {error}"))?;
        encode(&argument).map_err(|error| error.to_string())
    };
    words.iter().map(one).collect()
}

fn show_each<R: Message + Display>(results: &[Vec<u8>]) -> Result<Shown, String> {
    let one = |result: &Vec<u8>| match decode::<R>(result) {
        Ok(value) => Ok(value.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let lines: Result<_, String> = results.iter().map(one).collect();
    lines.map(Shown::Lines)
}

fn square(number: u64) -> Result<u64, String> {
    let square = number.checked_mul(number);
    square.ok_or_else(|| format!("the square of {number} is above 64 bits"))
}

fn primes_below(limit: u64) -> Result<u64, String> {
    let is_prime = |number: &u64| {
        let mut divisors = (2..).take_while(|divisor| divisor * divisor <= *number);
        divisors.all(|divisor| !number.is_multiple_of(divisor))
    };
    Ok((2..limit).filter(is_prime).count() as u64)
}

fn sleep(milliseconds: u64) -> Result<String, String> {
    thread::sleep(Duration::from_millis(milliseconds));
    Ok(format!("slept {milliseconds} ms"))
}

fn fetch(url: String) -> Result<String, String> {
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(20)));
    let agent = ureq::Agent::new_with_config(config.http_status_as_error(false).build());
    let failed = |error: ureq::Error| format!("cannot fetch {url}: {error}");
    let mut answer = agent.get(&url).call().map_err(failed)?;
    let status = answer.status();
    let page = answer.body_mut().with_config().limit(16 << 20);
    let bytes = page.read_to_vec().map_err(failed)?.len();
    Ok(format!("{url}: {status}, {bytes} bytes"))
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(thread::panicking(), "a destructor that panics");
        }
    }

    #[test]
    fn a_panic_whose_payload_panics_when_it_is_dropped_is_an_error() {
        let explodes = |_: u64| -> Result<u64, String> { panic_any(Bomb) };
        let kinds = Kinds::new().with("explode", "", explodes);
        let outcome = kinds.call("explode", &encode(&1_u64).unwrap());
        assert_eq!(
            outcome,
            Err("the task panicked: a panic without a text".to_owned())
        );
    }
}
