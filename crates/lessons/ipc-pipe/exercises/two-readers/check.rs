//! Two children print the words of a pipe by turns, whole, and up to the end of the stream.

use std::process::ExitCode;

use check::{
    Act, Check, Passing, Program, Ran, expect_got, hold, main as judge, numbers, program,
    without_moment, words,
};
use common::Kind;
use timeline::Event;

fn main() -> ExitCode {
    judge(
        "ipc-pipe/two-readers",
        &[
            Check::new("words", "every word comes out whole, once", whole),
            Check::new("turns", "two children take them by turns, in order", turns),
            Check::new(
                "end",
                "a child reads the end of the stream, and both end by themselves",
                end,
            ),
            Check::new("slow", "they wait for one another, however slow", slow),
            Check::new("waits", "they wait, and not for a clock", waits),
            Check::new(
                "writer-slow",
                "they wait for the next word, and do not ask",
                writer_slow,
            ),
            Check::new(
                "any-number",
                "one word, two, or more bytes than a pipe has room for, are no difference",
                any_number,
            ),
            Check::new(
                "as-they-come",
                "each word is printed as it comes, and not at the end",
                as_they_come,
            ),
            Check::new("failure", "it fails when a child is killed", failure),
            Check::new(
                "late-failure",
                "it fails when a child is killed, also when the other one has ended",
                late_failure,
            ),
            Check::new(
                "chaos",
                "it holds in whatever order the processes run",
                chaos,
            ),
            Check::new("bare", "it holds when nothing is recorded", bare),
        ],
    )
}

const PASSING: Passing = Passing {
    program: with,
    holds: expect_all,
    line: ") took ",
};

fn with(words: &[String]) -> Program {
    program!("pipe-two-readers").with(words.to_vec())
}

fn whole() {
    let words = words("words", 8);
    expect_whole(with(&words).run().expect_code(0), &words);
}

fn turns() {
    for count in [4, 7] {
        let words = words("turns", count);
        let ran = with(&words).run();
        expect_whole(ran.expect_code(0), &words);
        expect_turns(&ran, &words);
    }
}

fn end() {
    PASSING.any_number(&[5]);
}

/// The first child, the other one, the first one late: what takes turns by the clock gets out of step.
fn slow() {
    PASSING.slow(&[1, 2, 5]);
}

fn waits() {
    PASSING.waits();
}

fn writer_slow() {
    PASSING.waits_for_sender();
}

fn any_number() {
    PASSING.any_number(&[1, 2, 20]);
    let lengths = numbers("long", 90, 800..=1000);
    let long: Vec<String> = (words("long", 90).iter().zip(lengths))
        .map(|(word, length)| word.repeat(1000)[..length].to_owned())
        .collect();
    expect_all(&with(&long).run(), &long);
}

/// How many words are written before the parent stands still, and how many of them may not have been printed
/// by the time it goes on: a child may read a word before it prints the one before.
const WRITTEN: usize = 12;
const IN_HAND: usize = 3;

/// The writer stands still among its words: those that are written are there to be taken. Disturbed, it
/// takes so long for the rest that it can be stopped. On a busy machine the children may take long, too: once,
/// of several runs, is enough. (A writer that prints no line is not stopped.)
fn as_they_come() {
    let words = words("as they come", 40);
    let mut late = None;
    for seed in [1, 3, 5, 7] {
        let usual = with(&words).chaos(seed).run();
        let program = with(&words).chaos(seed);
        let ran = program.when(" writes \"", WRITTEN, usual.longer()).run();
        expect_all(&ran, &words);
        match taken_in_time(&ran) {
            Some((written, taken)) if taken + IN_HAND < written => {
                late = Some((ran, written, taken))
            }
            _ => return,
        }
    }
    if let Some((ran, written, taken)) = late {
        let said = format!(
            "When {written} words were written, their writer stood still for a while. The children \
             printed {taken} of them meanwhile: each word is to be printed as it comes out of the pipe."
        );
        ran.fault(&said).raise();
    }
}

/// How many words were written before their writer stood still, and how many were printed before it went on.
fn taken_in_time(ran: &Ran) -> Option<(usize, usize)> {
    let events = &ran.run.events;
    let writes = |it: &&Event| it.kind == Kind::Say && it.say.contains(" writes \"");
    let writer = events.iter().find(writes)?.lane;
    let of_writer: Vec<_> = (0..events.len())
        .filter(|&it| events[it].lane == writer)
        .collect();
    let pause = |pair: &&[usize]| events[pair[1]].t - events[pair[0]].t;
    let still = of_writer.windows(2).max_by_key(pause)?;
    let [from, until] = [still[0], still[1]];
    let is_written = |it: &&Event| it.kind == Kind::Send && it.lane == writer;
    let written = events[..from].iter().filter(is_written).count();
    let is_taken = |it: &&Event| it.kind == Kind::Say && it.say.contains(") took ");
    let taken = events[..until].iter().filter(is_taken).count();
    (written + 1 >= WRITTEN).then_some((written, taken))
}

/// Far from the end, so that the child is there to be killed.
fn failure() {
    let words = words("failure", 80);
    for nth in [3, 4] {
        let ran = with(&words).when(") took ", nth, Act::Kill).run();
        ran.expect_failure_if_killed("child");
    }
}

/// The second child stands still until the first one can have ended well, which then has no error to tell
/// of.
fn late_failure() {
    let words = words("late failure", 60);
    let usual = with(&words).run();
    let takes = |word: usize| format!(") took \"{}", words[word]);
    let program = with(&words).when(&takes(1), 1, usual.longer());
    let ran = program.when(&takes(5), 1, Act::Kill).run();
    ran.expect_failure_if_killed("child");
}

fn chaos() {
    PASSING.chaos();
}

fn bare() {
    let words = words("bare", 9);
    let ran = with(&words).bare().run();
    expect_whole(ran.expect_code(0), &words);
    expect_turns(&ran, &words);
}

fn expect_all(ran: &Ran, words: &[String]) {
    expect_whole(ran.expect_code(0), words);
    expect_turns(ran, words);
    expect_end(ran, words);
}

/// The lines of the readers: the process that prints one, and the word.
fn took(ran: &Ran) -> Vec<(&str, &str)> {
    let parts = |line| {
        let (process, word) = str::split_once(line, ") took \"")?;
        Some((process.strip_prefix("Process (")?, word.strip_suffix('"')?))
    };
    ran.out.lines().filter_map(parts).collect()
}

fn expect_whole(ran: &Ran, words: &[String]) {
    let mut got: Vec<_> = took(ran).into_iter().map(|(_, word)| word).collect();
    // Two processes print them, in whatever order.
    got.sort_by_key(|got| words.iter().position(|word| word == without_moment(got)));
    expect_got(ran, words, &got);
}

fn expect_turns(ran: &Ran, words: &[String]) {
    ran.expect_own_numbers(") took ");
    let took = took(ran);
    let of_parent = ran.run.lanes.first().map(|lane| lane.pid.to_string());
    for first in [0, 1] {
        let its: Vec<_> = words.iter().skip(first).step_by(2).collect();
        let is_first = |word| {
            its.first()
                .is_some_and(|first| *first == without_moment(word))
        };
        let Some((process, _)) = took.iter().find(|(_, word)| is_first(word)) else {
            continue;
        };
        ran.expect(of_parent.as_deref() != Some(process), || {
            "The parent takes words itself, and two children should.".to_owned()
        });
        let of_process = took.iter().filter(|(its, _)| its == process);
        let of_process: Vec<_> = of_process.map(|(_, word)| without_moment(word)).collect();
        ran.expect(of_process == its, || {
            format!(
                "One child was expected to take {its:?}, and process {process} has taken \
                 {of_process:?}."
            )
        });
    }
}

/// The log's word, written down below the program: who reads to the end of the pipe into which the
/// words were written.
fn expect_end(ran: &Ran, words: &[String]) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let events = &ran.run.events;
    // One that prints words only hands some on. Who else writes them, the parent or a child, is free.
    let prints = |lane: usize| {
        let mut its = events.iter().filter(|event| event.lane == lane);
        its.any(|event| event.kind == Kind::Say && event.say.contains(") took "))
    };
    let is_of_words = |end: &&Event| {
        let is_written = |event: &&Event| event.kind == Kind::Send && !prints(event.lane);
        let into = events.iter().filter(|event| event.on == end.on);
        hold(into.filter(is_written), &words)
    };
    let ends = events.iter().filter(|event| event.kind == Kind::Eof);
    let by_children: Vec<_> = ends.filter(|end| ran.is_child(end.lane)).collect();
    ran.expect(!by_children.is_empty(), || {
        "No child reads the end of the stream: it is what ends the words, whatever their number."
            .to_owned()
    });
    ran.expect(by_children.iter().any(is_of_words), || {
        "All words should be written into one pipe, and a child should read the end of that one. Here \
         they are shared out between several pipes."
            .to_owned()
    });
    ran.expect_ends();
}
