//! Tasks that fetch pages: at once, and each with an error of its own.

mod limit;

use std::time::{Duration, Instant};

use coroutines::{joinall, spawn};
use limit::run_within;
use web::{Limits, PageServer, fetch, get};

/// Row X02: the other tasks go on.
#[test]
fn x02_one_address_that_fails_does_not_stop_the_others() {
    let server = PageServer::start_with([Duration::ZERO; 3]).unwrap();
    let mut urls = server.urls();
    urls.insert(1, "http://127.0.0.1:1/refused".to_owned());
    let results = run_within(async {
        let visit = |url| async move { fetch(url, Limits::default()).await.map(|page| page.len()) };
        let tasks = urls.into_iter().map(|url| spawn(url.clone(), visit(url)));
        joinall(tasks.collect()).await
    });
    let sizes: Vec<_> = results
        .into_iter()
        .map(|result| result.unwrap().ok())
        .collect();
    assert_eq!(sizes, [Some(52_801), None, Some(48_922), Some(227)]);
}

/// Row C04 over real sockets: both clients wait for three pages at once, and not for six in turn.
#[test]
fn c04_three_slow_pages_take_as_long_as_the_slowest() {
    let pause = Duration::from_secs(1);
    let server = PageServer::start_with([pause; 3]).unwrap();
    let begin = Instant::now();
    let results = run_within(async {
        let limits = Limits::default();
        let fetched = |url: String| spawn("fetch", async move { fetch(url, limits).await.is_ok() });
        let got = |url: String| spawn("get", async move { get(&url, limits).await.is_ok() });
        let mut tasks: Vec<_> = server.urls().into_iter().map(fetched).collect();
        tasks.extend(server.urls().into_iter().map(got));
        joinall(tasks).await
    });
    assert_eq!(results, [const { Ok(true) }; 6]);
    let took = begin.elapsed();
    assert!(took >= pause && took < 5 * pause, "{took:?}");
}
