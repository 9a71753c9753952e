//! 2.1.2: the two threads of 2.1.1, each made from a value of a type that has a `run`.

use std::process::ExitCode;
use std::time::Duration;

use common::{pause, say, thread_name};
use lesson::{Lesson, StoryResult};
use threads::Run;

fn main() -> ExitCode {
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.1.2 Threads from a type: its fields are the data, its `run` is the work",
    )
    .run(story)
}

fn story() -> StoryResult {
    say!("{} is running...", thread_name());
    let first = UrlThread::new("Thread_1", ["url_1", "url_2", "url_3"]).start()?;
    let second = UrlThread::new("Thread_2", ["url_4", "url_5", "url_6"]).start()?;
    first.join()?;
    second.join()?;
    say!("{} ended.", thread_name());
    Ok(())
}

struct UrlThread {
    name: String,
    urls: [&'static str; 3],
}

impl UrlThread {
    fn new(name: &str, urls: [&'static str; 3]) -> Self {
        let name = name.to_owned();
        Self { name, urls }
    }
}

impl Run for UrlThread {
    type Output = ();

    fn name(&self) -> &str {
        &self.name
    }

    fn run(self) {
        say!("Current {} is running...", thread_name());
        for url in self.urls {
            say!("{}---->>> {url}", thread_name());
            pause(Duration::from_secs(1));
        }
        say!("{} ended.", thread_name());
    }
}
