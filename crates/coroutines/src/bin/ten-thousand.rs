//! 3: many pages at once, on one thread: as many as you say, ten thousand if you like. Each waits
//! a tenth of a second for its server, and all of them wait together.

use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use common::{Lesson, Operands, StoryResult, paced, say};
use coroutines::web::{GetError, LATE_PAGE_BYTES, LateServer, Limits, get};
use coroutines::{joinall, run, spawn};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// How long the server takes over each page, times `--pace`.
const WAIT: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let count = Operands {
        name: "COUNT",
        help: "how many pages to get at once; 500 without",
        most: 1,
    };
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Coroutines: hundreds of pages at once, on one thread",
    )
    .run_with(count, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let count = match words.first() {
        Some(word) => word
            .parse()
            .map_err(|_| format!("{word} is no number of pages; try 10000"))?,
        None => 500,
    };
    allow_many_sockets()?;
    let wait = paced(WAIT);
    let server = LateServer::start(wait)?;
    let begin = Instant::now();
    let pages = run(async {
        let visit = |number| spawn(format!("get {number}"), visit(server.url()));
        joinall((0..count).map(visit).collect()).await
    });
    let took = begin.elapsed().as_secs_f64();
    for page in pages {
        assert_eq!(page??, LATE_PAGE_BYTES, "the server's page");
    }
    let alone = wait.as_secs_f64() * f64::from(count);
    say!("{count} pages on one thread in {took:.2} s; one after the other: {alone:.2} s.");
    say!(
        "Memory: {:.1} MiB at most, the server's included.",
        peak_mib()?
    );
    Ok(())
}

/// Gets one page. Gives its size.
async fn visit(url: String) -> Result<usize, GetError> {
    Ok(get(&url, Limits::default()).await?.len())
}

/// Each page takes a descriptor at either end, and the system gives a process 1,024 at first. It
/// may ask for more, up to a limit that is the administrator's. Source: getrlimit(2).
fn allow_many_sockets() -> Result<(), Box<dyn Error>> {
    let (_ours, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, most)?)
}

/// The most memory that this process has had. Source: proc(5), "`VmHWM`".
fn peak_mib() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.ok_or("/proc/self/status has no VmHWM")?;
    let kib: f64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}
