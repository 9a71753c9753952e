//! Two children take turns to print the words of a pipe, each word whole, up to the end of the stream.

use std::ops::RangeInclusive;
use std::process::ExitCode;

use check::{
    Act, Check, Passing, Program, Ran, expect_got, expect_received, hold, main as judge, numbers,
    of_process, program, without_moment, words, words_in,
};
use common::Kind;
use timeline::Event;

fn main() -> ExitCode {
    judge(
        "ipc-pipe/two-readers",
        &[
            Check::new("words", "every word comes out whole and once", whole),
            Check::new("turns", "two children take turns, in order", turns),
            Check::new(
                "end",
                "a child reads the end of the stream, and both children end by themselves",
                end,
            ),
            Check::new(
                "one-pipe",
                "all words are written into one pipe, each of them once",
                one_pipe,
            ),
            Check::new("slow", "they wait for each other, however slow", slow),
            Check::new("waits", "they wait, but not for a fixed time", waits),
            Check::new(
                "writer-slow",
                "they wait for the next word without a time limit, and do not poll",
                writer_slow,
            ),
            Check::new(
                "any-number",
                "it works with one word, with two, and with more than the pipe has room for",
                any_number,
            ),
            Check::new(
                "as-they-come",
                "each word is printed when it arrives, and not at the end",
                as_they_come,
            ),
            Check::new("failure", "it fails when a child is killed", failure),
            Check::new(
                "late-failure",
                "it fails when a child is killed after the other one has ended",
                late_failure,
            ),
            Check::new(
                "failed-at-end",
                "it fails when a child fails after it has done all its work",
                failed_at_end,
            ),
            Check::new(
                "chaos",
                "it works in whatever order the processes run",
                chaos,
            ),
            Check::new("bare", "it works when nothing is recorded", bare),
        ],
    )
}

const PASSING: Passing = Passing {
    program: with,
    holds: expect_all,
    line: LINE,
    word_in,
};

const LINE: &str = ") took \"";

/// The process in a line of a reader, and its word.
fn took_in(line: &str) -> Option<(u32, &str)> {
    let (process, rest) = of_process(line, LINE)?;
    Some((process, rest.strip_suffix('"')?))
}

fn word_in(line: &str) -> Option<&str> {
    Some(took_in(line)?.1)
}

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

/// The words are long, so the numbers of bytes show into which pipes they are written. A process that passes
/// words on has received some; the writer has not.
fn one_pipe() {
    let words = long("one pipe", 10);
    let ran = with(&words).run();
    expect_all(&ran, &words);
    let got = got(&ran, &words);
    let does = |lane: usize, kind| {
        let events = ran.run.events.iter();
        events.filter(move |event| event.lane == lane && event.kind == kind)
    };
    let lanes = 0..ran.run.lanes.len();
    for writer in lanes.filter(|&lane| does(lane, Kind::Recv).next().is_none()) {
        let into = |on: &usize| {
            let its = does(writer, Kind::Send).filter(|event| event.on == Some(*on));
            hold(its, &got)
        };
        let pipes = (0..ran.run.things.len()).filter(into).count();
        ran.expect(pipes <= 1, || {
            format!(
                "Each word is written into {pipes} pipes. It should be written once, into one pipe, from \
                 which one of the children gets it."
            )
        });
    }
}

/// Stops either child, early or late: an answer that takes its turns by the clock then gets out of step.
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
    PASSING.waits_for_room(&long("long", 100), expect_all);
}

/// A hundred such words are more than a pipe has room for. A line with one of them still fits into the buffer
/// of `println!`, which would write a longer one in several parts.
fn long(purpose: &str, count: usize) -> Vec<String> {
    of_lengths(purpose, count, 930..=970)
}

fn of_lengths(purpose: &str, count: usize, lengths: RangeInclusive<usize>) -> Vec<String> {
    let lengths = numbers(purpose, count, lengths);
    let words = words(purpose, count);
    let long = words.iter().zip(lengths);
    long.map(|(word, length)| word.repeat(1000)[..length].to_owned())
        .collect()
}

/// How many words are written before the writer is stopped, and how many of them may still be unprinted when
/// it goes on: each child may read a word before it prints the previous one, and the writer prints the line
/// of its last word before it writes the word.
const WRITTEN: usize = 12;
const IN_HAND: usize = 3;
/// In how many runs the words have to be late.
const MOST_LATE: usize = 4;

/// Stops the writer in the middle: the children can take the words that are written by then. The disturbance
/// keeps the writer busy until it is stopped. On a busy machine the children may be slow, too, so one good
/// run of several is enough. (A writer that prints no line is not stopped.)
fn as_they_come() {
    let words = words("as they come", 40);
    let mut late = Vec::new();
    // On a busy machine a child may be late, and a writer may have ended before it is stopped.
    for seed in (1..=23).step_by(2) {
        let usual = with(&words).chaos(seed).run();
        let program = with(&words).chaos(seed);
        let ran = program.when(" writes \"", WRITTEN, usual.longer()).run();
        expect_all(&ran, &words);
        match taken_in_time(&ran) {
            None => {}
            Some((written, taken)) if taken + IN_HAND < written => {
                late.push((ran, written, taken));
            }
            Some(_) => return,
        }
        if late.len() == MOST_LATE {
            break;
        }
    }
    if let Some((ran, written, taken)) = late.pop() {
        let said = format!(
            "After {written} words were written, their writer was stopped for a while. In this time the \
             children had printed only {taken}: each word should be printed as it comes out of the pipe."
        );
        ran.fault(&said).by_clock().raise();
    }
}

/// Returns how many words were written before the writer was stopped, and how many printed before it went on.
fn taken_in_time(ran: &Ran) -> Option<(usize, usize)> {
    let out = &ran.at_stops.first()?.out;
    let written = out.lines().filter(|line| line.contains(" writes \""));
    let taken = out.lines().filter_map(word_in);
    Some((written.count(), taken.count()))
}

/// Kills one child, and in another run the other one, far from the end, while it still runs. Then, with more
/// words than a pipe has room for, kills the child that first writes into a pipe, a writer, or a reader that
/// passes words on; and each child when it has printed a word. A process that writes into a pipe without a
/// reader has to end as well: it waits for room forever if it, or another process, still holds a reading end.
fn failure() {
    let words = words("failure", 80);
    for place in [2, 3] {
        let ran = with(&words).when(&takes(&words[place]), 1, Act::Kill).run();
        ran.expect_failure_if_killed("child");
    }
    // Half of the words are more than a pipe has room for, too.
    let long = of_lengths("failure", 100, 1900..=1950);
    let ran = with(&long).when_recorded(Kind::Send, 1, Act::Kill).run();
    ran.expect_failure_if_killed("child");
    for place in [2, 3] {
        let ran = with(&long).when(&takes(&long[place]), 1, Act::Kill).run();
        ran.expect_failure_if_killed("child");
    }
}

/// The text in the line that a child prints when it takes this word.
fn takes(word: &str) -> String {
    format!("{LINE}{word}")
}

/// Stops the second child until the first one can have ended without an error: then only the second child
/// fails. It can only have printed all of its words if it was stopped too late, so one of several runs in which
/// some are missing is enough.
fn late_failure() {
    let words = words("late failure", 60);
    let with = |seed| with(&words).chaos(seed);
    let mut whole = None;
    for seed in [1, 3, 5] {
        let usual = with(seed).run();
        let program = with(seed).when(&takes(&words[1]), 1, usual.longer());
        let ran = program.when(&takes(&words[5]), 1, Act::Kill).run();
        ran.expect_failure_if_killed("child");
        if ran.killed().is_none() || words_in(&got(&ran, &words), &words).len() < words.len() {
            return;
        }
        whole = Some(ran);
    }
    if let Some(ran) = whole {
        let said = "The second child was stopped at its first word, and then killed, but all of its words were \
                    printed: another process prints them with its number.";
        ran.fault(said).by_clock().raise();
    }
}

/// Lets each child fail at its end: it does all its work, but cannot write its log any more. The process that
/// receives first may be a third child, which prints nothing and hands the words out.
fn failed_at_end() {
    let words = words("failed at end", 40);
    let program = || with(&words).chaos(1);
    let printer = |word: &String| program().when(&takes(word), 1, Act::Fail);
    let receiver = program().when_recorded(Kind::Recv, 1, Act::Fail);
    for program in [printer(&words[0]), printer(&words[1]), receiver] {
        let ran = program.run();
        // Only if the log lacks the end of a child, it is sure that the child fails.
        let has_failed = ran.killed().is_some();
        ran.expect(!has_failed || ran.code != Some(0), || {
            "A child did all its work and then ended with exit code 1, because it could not write its log any \
             more. So an error and exit code 1 were expected, but the exit code is 0."
                .to_owned()
        });
    }
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

/// The lines of the readers, each as the process that prints it and the word.
fn took(ran: &Ran) -> Vec<(u32, &str)> {
    ran.out.lines().filter_map(took_in).collect()
}

/// The words that the readers printed, sorted as they were sent: the lines of two processes may be mixed.
fn got<'a>(ran: &'a Ran, words: &[String]) -> Vec<&'a str> {
    let mut got: Vec<_> = took(ran).into_iter().map(|(_, word)| word).collect();
    got.sort_by_key(|got| words.iter().position(|word| word == without_moment(got)));
    got
}

fn expect_whole(ran: &Ran, words: &[String]) {
    let got = got(ran, words);
    expect_got(ran, words, &got);
    let got = words_in(&got, words);
    expect_one_pipe(ran, &got);
    expect_received(ran, &got, word_in);
}

/// Checks before `expect_received`, which looks for all words in one pipe, too, that they are not dealt out:
/// it would say that the words were not received.
fn expect_one_pipe(ran: &Ran, words: &[&str]) {
    let is_of_words = |on| is_of_words(ran, Some(on), words);
    let is_one = ran.run.events.is_empty() || (0..ran.run.things.len()).any(is_of_words);
    ran.expect(is_one, || SEVERAL_PIPES.to_owned());
}

const SEVERAL_PIPES: &str = "All words should be written into one pipe, and a child should read the end of \
                             that pipe. Here the words are distributed over several pipes.";

/// Returns whether the words were written into this pipe by processes that print none. One that prints words
/// only passes some on. The writer may be the parent or another child.
fn is_of_words(ran: &Ran, on: Option<usize>, words: &[&str]) -> bool {
    let events = &ran.run.events;
    let prints = |lane: usize| {
        let mut its = events.iter().filter(|event| event.lane == lane);
        its.any(|event| of_process(&event.say, LINE).is_some())
    };
    let is_written =
        |event: &&Event| event.on == on && event.kind == Kind::Send && !prints(event.lane);
    hold(events.iter().filter(is_written), words)
}

fn expect_turns(ran: &Ran, words: &[String]) {
    ran.expect_own_numbers(LINE);
    let mut took = took(ran);
    took.retain(|(_, got)| !words_in(&[*got], words).is_empty());
    let of_parent = ran.run.lanes.first().map(|lane| lane.pid);
    for first in [0, 1] {
        let its: Vec<_> = words.iter().skip(first).step_by(2).collect();
        let is_first = |word| {
            its.first()
                .is_some_and(|first| *first == without_moment(word))
        };
        let Some(&(process, _)) = took.iter().find(|(_, word)| is_first(word)) else {
            continue;
        };
        ran.expect(of_parent != Some(process), || {
            "The parent takes words itself, but two children should.".to_owned()
        });
        let of_process = took.iter().filter(|(its, _)| *its == process);
        let of_process: Vec<_> = of_process.map(|(_, word)| without_moment(word)).collect();
        ran.expect(of_process == its, || {
            format!(
                "One child was expected to take {its:?}, but process {process} took \
                 {of_process:?}."
            )
        });
    }
}

/// Checks in the log, which the pipes record below the student's code, that a child reads to the end of the
/// pipe into which the words were written.
fn expect_end(ran: &Ran, words: &[String]) {
    let words = words_in(&got(ran, words), words);
    let ends = ran.run.events.iter();
    let ends = ends.filter(|event| event.kind == Kind::Eof);
    let by_children: Vec<_> = ends.filter(|end| ran.is_child(end.lane)).collect();
    ran.expect(!by_children.is_empty(), || {
        "No child reads the end of the stream. Only this end shows that there are no more words."
            .to_owned()
    });
    let is_of_words = |end: &&Event| is_of_words(ran, end.on, &words);
    ran.expect(by_children.iter().any(is_of_words), || {
        SEVERAL_PIPES.to_owned()
    });
    ran.expect_ends();
}
