//! Tests the commands and their output: the kinds of tasks, the status, and the errors.

mod harness;

use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use harness::{Cluster, LIMIT, batch};
use lesson_test::{Folder, Ran, run_within};

fn run(words: &[&str]) -> Ran {
    let program = env!("CARGO_BIN_EXE_cluster");
    run_within(LIMIT, Command::new(program).args(words))
}

#[test]
fn a_command_that_makes_no_sense_is_one_line_and_exit_code_2() {
    for (words, text) in [
        (&[][..], "there is no command"),
        (&["serve"], "there is no command 'serve'"),
        (&["status", "now"], "a word too many: 'now'"),
        (&["status", "--volatile"], "status takes no --volatile"),
        (
            &["scheduler", "--volatile", "--data", "x"],
            "--volatile keeps nothing",
        ),
        (&["scheduler", "--grace", "-1"], "is no time"),
        (&["scheduler", "--memory", "many"], "many"),
        (&["scheduler", "--memory", "0"], "--memory is 1 at least"),
        (&["worker", "--jobs", "0"], "--jobs is from 1 to 256"),
        (&["submit"], "there is no KIND"),
        (&["results", "seven"], "'seven' is no BATCH"),
        (&["cancel"], "there is no BATCH"),
        (&["retry"], "either --task ID or --all"),
        (
            &["retry", "--task", "1", "--all"],
            "either --task ID or --all",
        ),
        (&["key"], "there is no FILE"),
        (&["key", "--json", "x"], "key takes no --json"),
    ] {
        let ran = run(words).expect_complaint(2);
        assert!(
            ran.err.contains(text) && ran.err.contains("--help"),
            "{words:?}: {ran:?}"
        );
    }
}

#[test]
fn the_help_leads_from_one_terminal_to_three_machines() {
    for words in [&["--help"][..], &["-h"], &["worker", "--help"]] {
        let help = run(words).expect_success().out;
        for part in [
            "cluster scheduler\n  cluster worker\n  cluster submit square 1 2 3\n",
            "On three machines",
            "`cancel` drops its result",
            "--volatile",
            "  mandelbrot WIDTHxHEIGHT",
            "  wordcount FILE...",
        ] {
            assert!(help.contains(part), "{part}: {help}");
        }
        assert!(
            help.lines().all(|line| line.chars().count() <= 100),
            "{help}"
        );
    }
}

#[test]
fn words_that_are_no_arguments_of_a_kind_are_errors_before_anything_is_handed_in() {
    let cluster = Cluster::start();
    for (words, text) in [
        (&["square", "three"][..], "'three' is no argument"),
        (&["mandelbrot", "0x5"], "800x600"),
        (&["mandelbrot"], "800x600"),
        (&["wordcount", "/no/such/file"], "cannot read /no/such/file"),
    ] {
        let ran = cluster
            .run(&[&["submit"], words].concat())
            .expect_complaint(1);
        assert!(ran.err.contains(text), "{ran:?}");
    }
    assert_eq!(cluster.count("ready"), 0);
    let ran = cluster.run(&["submit", "square"]).expect_success();
    assert!(ran.out.contains("0 tasks accepted"), "{ran:?}");
}

#[test]
fn a_picture_comes_together_from_the_tiles_of_several_workers() {
    let cluster = Cluster::start();
    let _workers = [cluster.worker(&[]), cluster.worker(&["--jobs", "2"])];
    let path = cluster.folder.text("picture.png");
    let ran = cluster
        .run(&["submit", "mandelbrot", "300x200", "--out", &path])
        .expect_success();
    assert!(
        ran.out.contains("6 tasks accepted") && ran.out.contains("is written"),
        "{ran:?}"
    );
    let decoder = png::Decoder::new(BufReader::new(File::open(path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (300, 200));
    // Inside the set, and far outside; the picture is symmetric about its middle row.
    assert_eq!(pixels[100 * 300 + 150], 0);
    assert!(pixels[0] > 0);
    let row = |y: usize| &pixels[y * 300..(y + 1) * 300];
    assert_eq!(row(60), row(140));
}

#[test]
fn words_are_counted_over_parts_of_several_files() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let (one, other) = (cluster.folder.text("one"), cluster.folder.text("other"));
    fs::write(&one, "The cat, the dog; THE END.\n".repeat(10_000)).unwrap();
    fs::write(&other, "a cat").unwrap();
    let ran = cluster
        .run(&["submit", "wordcount", &one, &other])
        .expect_success();
    let lines = ran.lines();
    assert!(lines[0].contains("6 tasks accepted"), "{ran:?}");
    let expected = [
        "60002 words, 5 different ones",
        "   30000 the",
        "   10001 cat",
    ];
    assert_eq!(lines[1..4], expected);
}

#[test]
fn primes_are_counted_and_pages_fetched() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let primes = cluster.submit(&["primes", "10", "1000"]);
    assert_eq!(cluster.results(&primes), ["4", "168"]);
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", server.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let _read = stream.read(&mut [0; 4096]).unwrap();
        let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello";
        stream.write_all(answer).unwrap();
    });
    let fetched = cluster.submit(&["fetch", &url]);
    assert_eq!(
        cluster.results(&fetched),
        [format!("{url}: 404 Not Found, 5 bytes")]
    );
}

#[test]
fn the_status_shows_tasks_and_workers() {
    let cluster = Cluster::start();
    let worker = cluster.worker(&[]);
    cluster.results(&cluster.submit(&["square", "1", "2"]));
    let ran = cluster.run(&["status"]).expect_success();
    assert!(
        ran.out
            .contains("0 ready, 0 leased, 0 delayed, 0 dead, 2 ended"),
        "{ran:?}"
    );
    let name = format!(":{} ", worker.pid());
    let line = ran
        .lines()
        .into_iter()
        .find(|line| line.contains(&name))
        .unwrap();
    assert!(line.contains("holds 0, has told 2"), "{line}");
    let ran = cluster.run(&["status", "--json"]).expect_success();
    assert_eq!(ran.lines().len(), 1);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&json["ended"], &json["workers"][0]["told"]),
        (&2.into(), &2.into())
    );
    let ran = cluster
        .run(&["submit", "text", "--json", "a \"quoted\"\n\tline\\"])
        .expect_success();
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["result"], "a \"quoted\"\n\tline\\");
}

#[test]
fn one_task_of_a_batch_is_cancelled() {
    let cluster = Cluster::start();
    let batch = cluster.submit(&["square", "1", "2"]);
    let ran = cluster.run(&["cancel", "--task", "0"]).expect_success();
    assert!(
        ran.out.contains("Task 0 has ended: it was cancelled"),
        "{ran:?}"
    );
    let _worker = cluster.worker(&[]);
    let ran = cluster.run(&["results", &batch]).expect_code(1);
    assert!(ran.out.starts_with("4\nTask 0 failed"), "{ran:?}");
}

/// Row D02. A line of a log is cut where a pipe would tear it; a result is not.
#[test]
fn d02_a_long_result_or_error_is_shown_whole() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let long = "é\n".repeat(2000) + "end";
    for (words, shown) in [
        (&["submit", "text", &long][..], &*long),
        (&["submit", "fail", &long], &long),
    ] {
        let ran = cluster.run(words);
        assert!(ran.out.ends_with(&format!("{shown}\n")), "{ran:?}");
        let id = batch(&ran.out);
        let json = cluster.run(&["results", &id, "--json"]).out;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let value = json.get("result").or(json.get("error"));
        assert_eq!(value.unwrap(), shown);
    }
    let log = cluster.scheduler.log();
    let brief = "Task 1 is dead: é... (6003 bytes in all, `cluster status` shows them)";
    assert!(log.lines().any(|line| line == brief), "{log}");
    let ran = cluster.run(&["cancel", "--task", "1"]).expect_success();
    assert!(ran.out.ends_with("end\n"), "{} bytes", ran.out.len());
    let ran = cluster.run(&["status"]).expect_success();
    assert!(ran.out.ends_with("end\n"), "{} bytes", ran.out.len());
}

#[test]
fn options_that_do_not_go_together_are_refused_and_none_is_ignored() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    for (words, why) in [
        (&["scheduler", "--give-up", "5"][..], "--give-up is for"),
        (
            &["status", "--at", "a:1", "--at", "b:1"],
            "--at is given twice",
        ),
        (
            &["submit", "--batch", "1", "--batch", "2", "square", "3"],
            "--batch is given twice",
        ),
    ] {
        let ran = run(words).expect_complaint(2);
        assert!(ran.err.contains(why), "{ran:?}");
    }
    for option in [["--limit", "3"], ["--out", "x.png"]] {
        let words = [&["submit", "--detach"], &option[..], &["square", "3"]].concat();
        let ran = cluster.run(&words).expect_complaint(2);
        assert!(ran.err.contains("--detach"), "{ran:?}");
    }
    let ran = cluster.run(&["submit", "--detach", "--json", "square", "3", "4"]);
    let ran = ran.expect_success();
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["tasks"], 2, "{ran:?}");
    let batch = json["batch"].to_string();
    let path = cluster.folder.text("file");
    let ran = cluster
        .run(&["results", &batch, "--out", &path])
        .expect_complaint(1);
    assert_eq!(ran.lines(), ["9", "16"]);
    assert!(ran.err.contains("--out FILE"), "{ran:?}");
    let words = ["submit", "square", "3", "4294967296", "--out", &path];
    let ran = cluster.run(&words).expect_complaint(1);
    assert!(ran.err.contains("--out FILE"), "{ran:?}");
    assert!(ran.out.is_empty(), "no task is handed in: {ran:?}");
    let ran = cluster.run(&["submit", "--json", "mandelbrot", "30x20", "--out", &path]);
    let json: serde_json::Value = serde_json::from_str(&ran.expect_success().out).unwrap();
    assert_eq!(json["file"], path.as_str());
}

/// Reasons come from other programs, so they may contain anything.
#[test]
fn nothing_that_a_terminal_obeys_comes_out_of_the_reason_of_a_failure() {
    let cluster = Cluster::start();
    let _worker = cluster.worker(&[]);
    let url = "http://127.0.0.1:1/\u{1b}[2K\rTask 7 is done";
    let ran = cluster.run(&["submit", "fetch", url]).expect_code(1);
    let status = cluster.run(&["status"]).expect_success().out;
    let log = fs::read_to_string(cluster.folder.path("scheduler.log")).unwrap();
    for text in [ran.out, status, log] {
        assert!(text.contains("[2K Task 7"), "{text:?}");
        assert!(!text.contains(['\u{1b}', '\r']), "{text:?}");
    }
}

/// A file with a pid may be older than the process that has this pid now.
#[test]
fn the_script_that_ends_a_broker_kills_no_process_of_another_program() {
    let folder = Folder::new();
    let mut other = Command::new("sleep").arg("60").spawn().unwrap();
    let home = folder.path("rabbitmq-39999");
    fs::create_dir(&home).unwrap();
    fs::write(home.join("nodes"), "1").unwrap();
    for file in ["node-1.pid", "start-1.pid"] {
        fs::write(home.join(file), other.id().to_string()).unwrap();
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../scripts/rabbitmq");
    let mut stop = Command::new(script);
    stop.args(["--port", "39999", "stop"]);
    stop.env("TMPDIR", folder.path("."));
    let _ended = run_within(LIMIT, &mut stop).expect_success();
    assert!(!home.exists());
    assert_eq!(other.try_wait().unwrap(), None);
    other.kill().unwrap();
    other.wait().unwrap();
}
