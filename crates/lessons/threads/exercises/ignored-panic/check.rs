//! A thread that fails makes the program fail, and the error names the thread.

use std::process::ExitCode;

use check::{Check, Program, Ran, main as judge, program, words};

fn main() -> ExitCode {
    judge(
        "threads/ignored-panic",
        &[
            Check::new(
                "fails",
                "when the thread panics, the program ends with exit code 1 and names the thread",
                fails,
            ),
            Check::new(
                "well",
                "when the thread does not panic, the program ends with exit code 0",
                well,
            ),
            Check::new("thread", "another thread does the work", thread),
            Check::new(
                "waits",
                "it waits for the thread, and not for a fixed time",
                waits,
            ),
            // After the check that finds sleeps: these would make its many runs long.
            Check::new(
                "quick",
                "it also works for a thread that ends at once",
                quick,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
            Check::new(
                "refused",
                "when the system starts no thread, the program does not end as if all were well",
                refused,
            ),
        ],
    )
}

/// A thread that should make more visits makes none: it panics.
const MOST_VISITS: usize = 100;

/// A thread that visits `visits` of the urls, `millis` each; it panics if there are fewer.
struct Case {
    name: String,
    millis: u32,
    visits: usize,
    urls: Vec<String>,
}

impl Case {
    fn new(purpose: &str, visits: usize, urls: usize) -> Self {
        let mut words = words(purpose, urls + 1);
        let name = words.pop().unwrap_or_default();
        Self {
            name: format!("Thread_{name}"),
            millis: 10,
            visits,
            urls: words,
        }
    }

    fn each(self, millis: u32) -> Self {
        Self { millis, ..self }
    }

    /// With a name that is longer than the system keeps, and in which a letter has two bytes.
    fn with_long_name(self, purpose: &str) -> Self {
        let name = format!("Thread_é_{}", words(purpose, 8).join("_"));
        Self { name, ..self }
    }

    fn program(&self) -> Program {
        let numbers = [self.millis.to_string(), self.visits.to_string()];
        program!("thread-ignored-panic")
            .with([self.name.clone()])
            .with(numbers)
            .with(self.urls.clone())
    }

    /// The urls that the thread visits before it ends or panics.
    fn visited(&self) -> &[String] {
        let visits = match self.visits {
            0..=MOST_VISITS => self.visits.min(self.urls.len()),
            _ => 0,
        };
        &self.urls[..visits]
    }

    fn panics(&self) -> bool {
        self.visits > self.urls.len() || self.urls.is_empty()
    }

    /// Whether the program itself prints such a line; all other lines are ignored.
    fn is_the_program_s(&self, line: &str) -> bool {
        let whole = ["MainThread is running...", "MainThread ended."];
        line.contains("---->>>")
            || whole.contains(&line)
            || line.strip_suffix(" ended.") == Some(&self.name)
    }

    /// Checks the lines of this run, and how it ended.
    fn expect(&self, ran: &Ran) {
        let name = &self.name;
        let visited = self.visited().iter();
        let mut expected = vec!["MainThread is running...".to_owned()];
        expected.extend(visited.map(|url| format!("{name}---->>> {url}")));
        if !self.panics() {
            expected.extend([format!("{name} ended."), "MainThread ended.".to_owned()]);
        }
        ran.expect_code(i32::from(self.panics()));
        if self.panics() {
            let complaint = |line: &&str| line.starts_with("thread-ignored-panic: ");
            // The program itself prints the last one, whatever the student's function has printed.
            let complaint = ran.err.lines().rfind(complaint).unwrap_or_default();
            ran.expect(complaint.contains(name.as_str()), || {
                format!("The error of the program does not name {name}:\n  {complaint}")
            });
        }
        let mut lines = ran.lines();
        lines.retain(|line| self.is_the_program_s(line));
        ran.expect(lines == expected, || {
            let (expected, lines) = (expected.join("\n  "), lines.join("\n  "));
            format!("These lines were expected:\n  {expected}\nThese were printed:\n  {lines}")
        });
    }
}

fn fails() {
    // Without urls the payload of the panic has another text, of another type; after too many visits it is
    // not a text at all.
    for (visits, urls) in [(4, 3), (1, 0), (21, 20), (MOST_VISITS + 1, 3)] {
        let case = Case::new("fails", visits, urls);
        case.expect(&case.program().run());
    }
    let long = Case::new("fails", 4, 3).with_long_name("a long name");
    long.expect(&long.program().run());
}

fn well() {
    for (visits, urls) in [(3, 3), (0, 1), (5, 20)] {
        let case = Case::new("well", visits, urls);
        case.expect(&case.program().run());
    }
    let slow = Case::new("well", 2, 2).each(700);
    slow.expect(&slow.program().run());
}

/// The thread may have ended before the main thread waits for it, or still be there.
fn quick() {
    for visits in [0, 1, MOST_VISITS + 1] {
        let case = Case::new("quick", visits, 1).each(0);
        for chaos in 1..=5 {
            case.expect(&case.program().bare().run());
            case.expect(&case.program().chaos(chaos).run());
        }
    }
}

fn thread() {
    let case = Case::new("thread", 3, 3);
    let ran = case.program().run();
    case.expect(&ran);
    let name = &case.name;
    let lines: Vec<_> = case
        .urls
        .iter()
        .map(|url| format!("{name}---->>> {url}"))
        .collect();
    ran.expect_of_thread(&lines);
}

fn waits() {
    for visits in [3, 4] {
        let case = Case::new("waits", visits, 3).each(300);
        let ran = case.program().bare().watch_naps().run();
        case.expect(&ran);
        ran.expect_waiting_for(&[case.name.as_str()]);
    }
}

fn bare() {
    for visits in [3, 4] {
        let case = Case::new("bare", visits, 3).each(20);
        case.expect(&case.program().bare().run());
    }
}

/// An answer may give the thread a stack of its own size, so the thread may start all the same.
fn refused() {
    let case = Case::new("refused", 3, 3);
    let ran = case.program().bare().without_threads().run();
    if ran.code == Some(0) {
        case.expect(&ran);
    }
}
