//! The page with the state of the scheduler, requested as a browser does it.

mod harness;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use harness::{Cluster, LIMIT, program};
use lesson_test::run_within;

fn get(address: &str, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the page is served");
    stream
        .set_read_timeout(Some(LIMIT))
        .expect("a limit is set");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it is asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

/// A scheduler with a page, a dead task and an open one, and the address of the page.
fn with_a_page() -> (Cluster, String) {
    let mut cluster = Cluster::start_with(&["--page", "127.0.0.1:0"]);
    let line = cluster.scheduler.wait_for("A page with its state is at");
    let (_, rest) = line.split_once("http://").expect("an address");
    let address = rest.trim_end_matches('/').to_owned();
    let worker = cluster.worker(&[]);
    let _failed = cluster
        .run(&["submit", "fail", "<b>not today</b>"])
        .expect_code(1);
    drop(worker);
    cluster.submit(&["square", "3"]);
    (cluster, address)
}

#[test]
fn the_page_and_its_numbers_are_for_this_machine_alone_and_nothing_else_is_there() {
    let (cluster, address) = with_a_page();
    let page = get(&address, "/", &address);
    assert!(
        page.starts_with("HTTP/1.1 200 OK") && page.contains("<title>Scheduler"),
        "{page}"
    );
    let json = get(&address, "/status.json", &address);
    let (_, json) = json.split_once("\r\n\r\n").expect("a body");
    let json: serde_json::Value = serde_json::from_str(json).expect("it is JSON");
    assert_eq!((&json["ready"], &json["dead"]), (&1.into(), &1.into()));
    assert_eq!(json["dead_tasks"][0]["why"], "<b>not today</b>");
    assert!(json["dead_tasks"][0]["batch"].is_u64(), "{json}");
    assert!(get(&address, "/etc/passwd", &address).starts_with("HTTP/1.1 404"));
    // A page of another site, whose name leads to this machine, must get nothing.
    let answer = get(&address, "/status.json", "evil.example");
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(
        answer.contains(&format!("open it as http://{address}/")),
        "{answer}"
    );
    // A connection that sends nothing is cut, and the next one is served.
    let _silent = TcpStream::connect(&address).expect("it is served");
    assert!(get(&address, "/", &address).starts_with("HTTP/1.1 200"));
    drop(cluster);
    let mut command = Command::new(program());
    command.args([
        "scheduler",
        "--volatile",
        "--at",
        "127.0.0.1:0",
        "--page",
        "0.0.0.0:0",
    ]);
    let ran = run_within(LIMIT, &mut command).expect_complaint(1);
    assert!(ran.err.contains("is open to others"), "{ran:?}");
}

#[test]
fn a_browser_shows_the_tasks_and_the_text_of_a_task_is_only_text() {
    let (cluster, address) = with_a_page();
    let _worker = cluster.worker(&["--ahead", "0"]);
    let profile = cluster.folder.text("profile");
    let mut chromium = Command::new("chromium");
    chromium
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=3000",
        ])
        .arg(format!("--user-data-dir={profile}"))
        .args(["--dump-dom", &format!("http://{address}/")]);
    if Command::new("chromium").arg("--version").output().is_err() {
        return common::complain("NOT RUN: there is no chromium here");
    }
    let shown = run_within(2 * LIMIT, &mut chromium).out;
    for part in [
        "tasks a second",
        "<td>&lt;b&gt;not today&lt;/b&gt;</td>",
        "<th>has told</th>",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}
