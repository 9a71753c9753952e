//! 3: many pages at once, any number that you ask for. The server takes a tenth of a second for
//! each. First tasks on one thread fetch them, and wait for their sockets; then a client that
//! blocks, on 500 threads at most. The program prints the time of each way, and the peak of memory so far.

use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use common::{paced, patience, say};
use coroutines::{joinall, run, spawn};
use lesson::{Lesson, Operands, StoryResult, number};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use web::{LATE_PAGE_BYTES, LateServer, Limits, fetch, get};

/// A page's size, or the reason why it was not fetched.
type Visit = Result<usize, Box<dyn Error>>;

/// How long the server takes for each page, times `--pace`.
const WAIT: Duration = Duration::from_millis(100);

/// Descriptors for other things than pages: standard output, wake-ups, the listening socket.
const OTHERS: u64 = 50;

fn main() -> ExitCode {
    let count = Operands {
        name: "COUNT",
        help: "how many pages to get at once; 500 without",
        most: 1,
    };
    Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "3 Coroutines: hundreds of pages at once, on one thread and in threads",
    )
    .run_with(count, story)
}

fn story(words: Vec<String>) -> StoryResult {
    let count = number(words.first(), 500, 1_000_000)?;
    allow_sockets_for(count)?;
    let wait = paced(WAIT);
    let server = LateServer::start(wait)?;
    let alone = wait.as_secs_f64() * f64::from(count);
    say!("One after the other, {count} pages would take {alone:.2} s.");
    report("GET on sockets", &server, count, by_a_socket)?;
    report("ureq on threads", &server, count, by_a_thread)
}

/// Limits for a busy machine, where ten thousand connections at once take longer than one page.
fn patient() -> Limits {
    let limit = patience(Duration::from_secs(60));
    Limits {
        time: limit,
        connect: limit,
        ..Limits::default()
    }
}

async fn by_a_socket(url: String) -> Visit {
    Ok(get(&url, patient()).await?.len())
}

async fn by_a_thread(url: String) -> Visit {
    Ok(fetch(url, patient()).await?.len())
}

/// Gets the page `count` times at once, and prints the time and the peak of memory until then.
fn report<F>(way: &str, server: &LateServer, count: u32, visit: fn(String) -> F) -> StoryResult
where
    F: Future<Output = Visit> + 'static,
{
    let begin = Instant::now();
    let pages = run(async {
        let visit = |number| spawn(format!("{way} {number}"), visit(server.url()));
        joinall((0..count).map(visit).collect()).await
    });
    let took = begin.elapsed().as_secs_f64();
    for page in pages {
        assert_eq!(page??, LATE_PAGE_BYTES, "the server's page");
    }
    let peak = peak_mib()?;
    say!("{way}: {count} pages in {took:.2} s, with {peak:.1} MiB of memory.");
    Ok(())
}

/// Raises the limit of open descriptors: each page takes one at either end, and the system allows a process
/// 1,024 at first. It may raise that up to a limit that the administrator sets. Source: getrlimit(2).
fn allow_sockets_for(count: u32) -> StoryResult {
    let (_ours, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let needed = 2 * u64::from(count) + OTHERS;
    if most < needed {
        let text = "raise `ulimit -n`, or ask for fewer pages";
        return Err(format!("{count} pages take {needed} descriptors, not {most}: {text}").into());
    }
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, most)?)
}

/// The peak of this process's memory, in MiB. Source: proc(5), "`VmHWM`".
fn peak_mib() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.ok_or("/proc/self/status has no VmHWM")?;
    let kib: f64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}
