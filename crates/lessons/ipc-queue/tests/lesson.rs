//! The programs of the lesson, from outside.

use lesson_test::{run, run_recorded};

const QUEUE: &str = env!("CARGO_BIN_EXE_ipc-queue");
const SYSCALLS: &str = env!("CARGO_BIN_EXE_queue-syscalls");
const TINY: &str = env!("CARGO_BIN_EXE_tiny-queue");

/// Row Q08, with the lines of the notes.
#[test]
fn q08_every_url_that_is_put_is_got_each_writers_in_order() {
    let paces: [&[&str]; 4] = [
        &["--pace", "0"],
        &["--pace", "0.05"],
        &["--pace", "0", "--chaos", "1"],
        &["--pace", "0", "--chaos", "2"],
    ];
    for (program, words) in [QUEUE, SYSCALLS, TINY]
        .iter()
        .flat_map(|p| paces.map(|w| (p, w)))
    {
        let ran = run(program, words).expect_success();
        let lines = ran.lines();
        assert_eq!(lines.len(), 15, "{ran:?}");
        let count = |end: &str| lines.iter().filter(|line| line.ends_with(end)).count();
        assert_eq!((count("is writing..."), count("is reading...")), (2, 1));
        for urls in [["url_1", "url_2", "url_3"], ["url_4", "url_5", "url_6"]] {
            let got = lines.iter().filter_map(|line| line.strip_prefix("Get "));
            let got: Vec<_> = got
                .filter(|line| urls.iter().any(|url| line.contains(url)))
                .collect();
            let expected = urls.map(|url| format!("{url} from queue."));
            assert_eq!(got, expected, "{ran:?}");
            for url in urls {
                assert!(
                    lines.contains(&format!("Put {url} to queue...").as_str()),
                    "{ran:?}"
                );
            }
        }
    }
}

#[test]
fn the_log_of_the_bare_program_knows_its_messages_and_its_children() {
    let (_, log) = run_recorded(SYSCALLS);
    let run = timeline::Run::read(log.join("\n").as_bytes()).expect("it is a log");
    let findings: Vec<_> = run.check().iter().map(ToString::to_string).collect();
    for sentence in [
        "ok     All 6 messages sent into pipe were received, each once, in order.",
        "ok     All 3 that were started were waited for.",
    ] {
        assert!(findings.iter().any(|one| one == sentence), "{findings:?}");
    }
}

#[test]
fn b18_a_reader_killed_inside_get_does_not_leave_the_queue_locked() {
    let ran = run(env!("CARGO_BIN_EXE_queue-killed-in-get"), &[]).expect_success();
    assert_eq!(ran.lines().last(), Some(&"Get url_1 from queue."));
}

#[test]
fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    let ran = run(QUEUE, &["more"]).expect_complaint(2);
    assert_eq!(ran.out, "");
}

#[test]
fn a_picture_shows_the_two_locks_of_the_queue_only_when_asked() {
    let locks = ["queue: put", "queue: get"];
    let folded = run(QUEUE, &["--pace", "0", "--lanes"]).expect_success();
    assert!(folded.out.contains("2 inner parts"), "{}", folded.out);
    assert!(locks.iter().all(|lock| !folded.out.contains(lock)));
    let opened = run(QUEUE, &["--pace", "0", "--lanes", "--detail"]).expect_success();
    assert!(
        locks.iter().all(|lock| opened.out.contains(lock)),
        "{}",
        opened.out
    );
}

/// In this program, only the children print.
#[test]
fn lines_that_the_children_cannot_print_are_exit_code_1() {
    let words = ["-c", "exec \"$0\" --pace 0 >/dev/full", SYSCALLS];
    let ran = run("/bin/sh", &words).expect_code(1);
    assert!(ran.err.contains("No space left"), "{ran:?}");
}

#[test]
fn the_bare_program_waits_for_all_its_children_although_one_is_killed() {
    lesson_test::assert_waits_for_all(SYSCALLS, 3);
}
