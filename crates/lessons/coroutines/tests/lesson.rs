//! The programs, from outside.

use std::process::Command;

use lesson_test::{LIMIT, Ran, run, run_within};

const MAIN: &str = env!("CARGO_BIN_EXE_coroutines");
const POOL: &str = env!("CARGO_BIN_EXE_coroutine-pool");
const GET: &str = env!("CARGO_BIN_EXE_coroutine-get");
const QUEUE: &str = env!("CARGO_BIN_EXE_coroutine-queue");
const MANY: &str = env!("CARGO_BIN_EXE_ten-thousand");
const TINY: &str = env!("CARGO_BIN_EXE_tiny-executor");
const HIDDEN: &str = env!("CARGO_BIN_EXE_coroutine-hidden-error");

const SIZES: [(&str, usize); 3] = [("github", 52_801), ("python", 48_922), ("baidu", 227)];
const REFUSED: &str = "http://127.0.0.1:1/refused";

/// The lines with the server's port taken out.
fn lines(ran: &Ran) -> Vec<String> {
    let without_port = |line: &&str| {
        let Some((before, after)) = line.split_once("127.0.0.1:") else {
            return (*line).to_owned();
        };
        let path = after.find('/').expect("an address has a path");
        format!("{before}S{}", &after[path..])
    };
    ran.lines().iter().map(without_port).collect()
}

fn place(lines: &[String], line: &str) -> usize {
    let found = lines.iter().position(|candidate| candidate == line);
    found.unwrap_or_else(|| panic!("no line {line:?} in {lines:#?}"))
}

/// Row C04, the notes' first program: the visits begin in order, and every page comes.
#[test]
fn c04_three_addresses_are_visited_at_once() {
    for chaos in [&[][..], &["--chaos", "1"], &["--chaos", "2"]] {
        let ran = run(MAIN, &[&["--pace", "0"], chaos].concat()).expect_success();
        let lines = lines(&ran);
        assert_eq!(lines.len(), 6, "{lines:#?}");
        for (number, (name, size)) in SIZES.into_iter().enumerate() {
            assert_eq!(lines[number], format!("Visit --> http://S/{name}"));
            let received = format!("{size} bytes received from http://S/{name}.");
            assert!(place(&lines, &received) >= 3);
        }
    }
}

/// Row C08, the notes' second program.
#[test]
fn c08_the_pool_prints_the_sizes_in_the_order_of_the_addresses() {
    for chaos in [&[][..], &["--chaos", "1"], &["--chaos", "2"]] {
        let ran = run(POOL, &[&["--pace", "0"], chaos].concat()).expect_success();
        let lines = lines(&ran);
        assert_eq!(lines.len(), 10, "{lines:#?}");
        assert_eq!(lines[9], "[52801, 48922, 227]");
        for (name, size) in SIZES {
            let received = format!("{size} bytes received from http://S/{name}.");
            let finish = format!("url:http://S/{name} --->finish");
            assert!(place(&lines, &received) < place(&lines, &finish));
        }
    }
}

/// Row X02 and mistake B39: each error names its address, the others go on, the exit code tells.
#[test]
fn x02_an_address_that_fails_has_a_line_of_its_own_and_the_exit_code_is_1() {
    for program in [MAIN, POOL, GET] {
        let words = ["--pace", "0", "nonsense", REFUSED];
        let ran = run(program, &words).expect_complaint(1);
        for url in ["nonsense", REFUSED] {
            let reports = |line: &&&str| line.contains("cannot") && line.contains(url);
            assert!(
                ran.lines().iter().any(|line| reports(&line)),
                "{url}: {ran:#?}"
            );
        }
        assert!(!ran.out.contains("finish"), "mistake B41: {ran:#?}");
        assert!(ran.err.contains("failed"), "{ran:#?}");
    }
}

/// Row X02: a proxy is for the pages of others.
#[test]
fn x02_the_lessons_own_pages_need_no_proxy() {
    let mut command = Command::new(MAIN);
    command.args(["--pace", "0"]).env("http_proxy", REFUSED);
    let _ran = run_within(LIMIT, &mut command).expect_success();
}

/// Row C02 by either client.
#[test]
fn c02_both_clients_fetch_the_same_pages() {
    let ran = run(GET, &["--pace", "0"]).expect_success();
    let lines = ran.lines();
    assert_eq!(lines.len(), 2, "{ran:#?}");
    for (line, way) in lines.iter().zip(["ureq on threads", "GET on sockets"]) {
        assert!(
            line.starts_with(&format!("{way}: [52801, 48922, 227] bytes in ")),
            "{line}"
        );
    }
}

/// Row C16.
#[test]
fn c16_the_queue_passes_every_url_in_order_and_holds_two() {
    for chaos in [&[][..], &["--chaos", "1"]] {
        let ran = run(QUEUE, &[&["--pace", "0"], chaos].concat()).expect_success();
        let only = |word| {
            let is_one = |line: &&&str| line.starts_with(word);
            ran.lines()
                .iter()
                .filter(is_one)
                .map(|line| line[4..9].to_owned())
                .collect::<Vec<_>>()
        };
        let urls = ["url_1", "url_2", "url_3", "url_4", "url_5"];
        assert_eq!(only("Put"), urls);
        assert_eq!(only("Get"), urls);
        assert_eq!(
            ran.lines()[..3],
            [
                "Put url_1 to queue...",
                "Put url_2 to queue...",
                "Get url_1 from queue.",
            ]
        );
    }
}

/// Row C04: hundreds of tasks wait together, and so not much longer than one.
#[test]
fn c04_hundreds_of_pages_come_at_once_by_either_client() {
    let ran = run(MANY, &["300"]).expect_success();
    let lines = ran.lines();
    assert_eq!(lines.len(), 3, "{ran:#?}");
    let alone = "One after the other, 300 pages would take 30.00 s.";
    assert_eq!(lines[0], alone);
    for (line, way) in lines[1..].iter().zip(["GET on sockets", "ureq on threads"]) {
        let rest = line.strip_prefix(&format!("{way}: 300 pages in "));
        let (took, _memory) = rest.unwrap().split_once(" s, with ").unwrap();
        let took: f64 = took.parse().unwrap();
        // A tenth of a second is the wait; a busy machine may need longer for the rest.
        assert!((0.1..20.0).contains(&took), "{took}");
    }
}

/// Row X02.
#[test]
fn x02_a_number_of_pages_that_is_none_or_that_the_system_does_not_allow_is_an_error() {
    let ran = run(MANY, &["many"]).expect_complaint(2);
    assert!(ran.err.contains("'many' is not a whole number"), "{ran:#?}");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 50; exec \"$0\" \"$@\"", MANY, "100"]);
    let ran = run_within(LIMIT, &mut command).expect_complaint(1);
    assert!(ran.err.contains("100 pages take"), "{ran:#?}");
    assert!(ran.err.contains("ulimit -n"), "{ran:#?}");
}

/// Row C03, with an executor of our own.
#[test]
fn c03_the_tiny_executor_lets_its_tasks_take_turns() {
    let ran = run(TINY, &["--pace", "0", "--chaos", "1"]).expect_success();
    let expected = "Nothing has run yet.\na 0\nb 0\nc 0\na 1\nb 1\nc 1\na 2\nb 2\nc 2\n";
    assert_eq!(ran.out, expected);
}

/// Row X02.
#[test]
fn x02_a_wrong_command_line_is_one_line_and_exit_code_2() {
    for program in [MAIN, POOL, GET, QUEUE, MANY, TINY, HIDDEN] {
        for words in [&["--nonsense"][..], &["--pace", "quick"], &["--seed"]] {
            let ran = run(program, words).expect_complaint(2);
            assert_eq!(ran.out, "", "{ran:#?}");
        }
    }
}
