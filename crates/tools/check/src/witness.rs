//! Checks who did what a line reports: which process, and with which received data.

use std::collections::BTreeMap;
use std::iter;

use common::Kind;
use common::log::what;
use timeline::{Event, Lane, Role, Run, some_of};

use crate::ran::Ran;

/// A received word without its moment. The program's own function sends each word with the moment
/// of its sending, which no other process can know before.
#[must_use]
pub fn without_moment(got: &str) -> &str {
    match got.split_once('@') {
        Some((word, moment)) if moment.parse::<u32>().is_ok() => word,
        _ => got,
    }
}

/// Returns those texts that are words of the run. Other texts are ignored: a receiver may print in
/// such a line what has ended its loop.
#[must_use]
pub fn words_in<'a>(got: &[&'a str], words: &[String]) -> Vec<&'a str> {
    let is_word = |got: &&str| words.iter().any(|word| word == without_moment(got));
    got.iter().copied().filter(is_word).collect()
}

/// Checks that these words were received, each once and in order. `got` are the words in the lines
/// of the receiver. A word that was sent with its moment must be printed with the moment, too.
///
/// # Panics
/// With a [`Fault`](crate::Fault) when words are missing, doubled, or in another order.
pub fn expect_got(ran: &Ran, words: &[String], got: &[&str]) {
    let came = words_in(got, words);
    let plain: Vec<_> = came.iter().map(|came| without_moment(came)).collect();
    ran.expect(plain == words, || {
        let is_lost = |word: &&String| !plain.contains(&word.as_str());
        let lost: Vec<_> = words.iter().filter(is_lost).collect();
        format!(
            "These {} should be received, each once and in order: {words:?}. Lost: {lost:?}. Received: \
             {got:?}.",
            words.len()
        )
    });
    let is_sent_with_its_moment = |came: &&&str| ran.out.contains(&format!("{came}@"));
    let made_up = came.iter().find(is_sent_with_its_moment);
    ran.expect(made_up.is_none(), || {
        let word = made_up.copied().unwrap_or_default();
        format!(
            "{word:?} was sent with the moment of its sending, but is printed without it: the line shows \
             what its process knew before, and not what it received."
        )
    });
}

/// Like [`expect_got`], and also checks that the words were sent into one pipe or queue, in order, and
/// were received before they were printed. This is taken from the log; a run without a log has only the
/// lines. `word_in` returns the word in a line of the receiver.
///
/// # Panics
/// With a [`Fault`](crate::Fault) like [`expect_got`], or when the words were not sent, or not
/// received before they were printed.
pub fn expect_passed(ran: &Ran, words: &[String], word_in: impl Fn(&str) -> Option<&str>) {
    let got: Vec<_> = ran.out.lines().filter_map(&word_in).collect();
    expect_got(ran, words, &got);
    let got = words_in(&got, words);
    expect_sent(ran, &got);
    expect_received(ran, &got, word_in);
}

fn expect_sent(ran: &Ran, got: &[&str]) {
    let events = &ran.run.events;
    let sent = |on| {
        events
            .iter()
            .filter(move |event| event.kind == Kind::Send && event.on == Some(on))
    };
    let are_sent = (0..ran.run.things.len()).any(|on| hold(sent(on), got));
    ran.expect(events.is_empty() || are_sent, || {
        format!(
            "These should come through one pipe or queue of the course (the check does not see those of \
             `std` and `nix`), but were not sent into one: {got:?}."
        )
    });
}

/// Checks in the log that each word was received before it was printed: a process that knows the words
/// from its start may print them at once. `got` has all printed words, in the order in which they were
/// sent; `word_in` returns the word in a line of a receiver. The log has only the lines of `say!`; all
/// others are known from what had been printed at the end of each [stop](crate::Act::Stop).
///
/// # Panics
/// With a [`Fault`](crate::Fault) when a word was printed before it was received.
pub fn expect_received(ran: &Ran, got: &[&str], word_in: impl Fn(&str) -> Option<&str>) {
    let events = &ran.run.events;
    let early = (0..events.len()).find_map(|index| {
        let word = word_in(&events[index].say)?;
        let last = got.iter().position(|got| *got == word)?;
        (!have_come(&ran.run, index, &got[..=last])).then_some(word)
    });
    let early_at_stop = ran.at_stops.iter().find_map(|at_stop| {
        let printed: Vec<_> = at_stop.out.lines().filter_map(&word_in).collect();
        let printed: Vec<_> = (got.iter().copied())
            .filter(|word| printed.contains(word))
            .collect();
        let have_come = have_come(&at_stop.run, at_stop.run.events.len(), &printed);
        (!have_come).then(|| printed.last().copied())?
    });
    let early = early.or(early_at_stop);
    ran.expect(early.is_none(), || {
        let word = early.unwrap_or_default();
        format!(
            "{word:?} was printed before it was received: the line shows what its process knew before, \
             and not what it received."
        )
    });
}

/// Returns whether these words had come out of one pipe or queue before this event. Of a bare pipe, the
/// log has a write as received when its last byte was read, so a part of the next write may have come, too.
fn have_come(run: &Run, before: usize, words: &[&str]) -> bool {
    let events = &run.events[..before];
    let is_in = |on| {
        let of = |kind| move |event: &&Event| event.kind == kind && event.on == Some(on);
        let received = events.iter().filter(of(Kind::Recv));
        let next = events
            .iter()
            .filter(of(Kind::Send))
            .nth(received.clone().count());
        let next = next.filter(|send| send.what.ends_with(" bytes"));
        hold(received.chain(next), words)
    };
    words.is_empty() || (0..run.things.len()).any(is_in)
}

/// The pid and the rest of a line such as `Process (123) recv: one`, for which `text` is `) recv: `. The
/// pid has to be immediately before the text, because a student's own line may contain the text, too.
#[must_use]
pub fn of_process<'a>(line: &'a str, text: &str) -> Option<(u32, &'a str)> {
    let (_, line) = line.split_once('(')?;
    let (pid, rest) = line.split_once(text)?;
    Some((pid.parse().ok()?, rest))
}

/// The event of receiving the first word of `got` from a pipe or queue.
///
/// # Panics
/// With a [`Fault`](crate::Fault) when the log has no such event.
#[must_use]
pub fn first_received<'a>(ran: &'a Ran, got: &[&str]) -> &'a Event {
    let mut received = ran
        .run
        .events
        .iter()
        .filter(|event| event.kind == Kind::Recv);
    let first = received.find(|event| hold(iter::once(*event), &got[..1]));
    first.unwrap_or_else(|| ran.fault("No word came from a pipe or queue.").raise())
}

/// Returns whether some of these messages contain these texts, in order: an answer may send others, too,
/// such as the number of texts. Of a long message the log has only the beginning; of a bare pipe only the
/// numbers of bytes, which have to be enough.
pub fn hold<'a>(messages: impl Iterator<Item = &'a Event>, texts: &[&str]) -> bool {
    let whats: Vec<&str> = messages.map(|message| &*message.what).collect();
    let bytes = |what: &&str| what.strip_suffix(" bytes")?.parse().ok();
    let bytes: Option<Vec<usize>> = whats.iter().map(bytes).collect();
    let mut whats = whats.iter();
    match bytes {
        Some(bytes) => bytes.iter().sum::<usize>() >= texts.iter().map(|text| text.len()).sum(),
        None => texts.iter().all(|text| whats.any(|what| shows(what, text))),
    }
}

/// The shortest beginning of a text that counts when the log has cut it off.
const BEGINNING: usize = 40;

/// Returns whether this text is in what the log has of a message, or its beginning if it was cut off. The
/// message may have the text or its bytes.
fn shows(what: &str, text: &str) -> bool {
    shows_as(what, &format!("{text:?}")) || shows_as(what, &format!("{:?}", text.as_bytes()))
}

fn shows_as(what: &str, text: &str) -> bool {
    let is_cut_off = |beginning: &str| {
        let index = what.find(beginning);
        index.is_some_and(|index| text.starts_with(&what[index..]))
    };
    what.contains(text) || text.get(..BEGINNING).is_some_and(is_cut_off)
}

impl Ran {
    /// Returns whether a lane belongs to a process of the program other than the first one.
    #[must_use]
    pub fn is_child(&self, lane: usize) -> bool {
        let [first, ..] = &*self.run.lanes else {
            return false;
        };
        let lane = self.run.lanes.get(lane);
        lane.is_some_and(|lane| lane.pid != first.pid)
    }

    /// Returns the lane of the process to which a lane belongs, which may be that of another thread.
    #[must_use]
    pub fn process_of(&self, lane: usize) -> usize {
        let lanes = &self.run.lanes;
        let pid = lanes[lane].pid;
        let is_process = |lane: &Lane| lane.role == Role::Process && lane.pid == pid;
        lanes.iter().position(is_process).unwrap_or(lane)
    }

    /// Checks that each of these lines is printed by a thread that is not the first one of its
    /// process, according to the log and the kernel's thread id.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when one is not.
    pub fn expect_of_thread(&self, lines: &[String]) -> &Self {
        for line in lines {
            let mut events = self.run.events.iter();
            let event = events.find(|event| event.kind == Kind::Say && *event.say == **line);
            let lane = event.map(|event| &self.run.lanes[event.lane]);
            let is_thread =
                lane.is_some_and(|lane| lane.role == Role::Thread && lane.tid != lane.pid);
            self.expect(is_thread, || {
                format!("The line {line:?} should be printed by a thread other than the main one.")
            });
        }
        self
    }

    /// Checks that each line with a pid in brackets and then `text`, which begins with the closing
    /// bracket, has the pid of the process that prints it. Processes are stopped and killed by this pid.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when a process has printed another number.
    pub fn expect_own_numbers(&self, text: &str) -> &Self {
        for event in &self.run.events {
            let lane = &self.run.lanes[event.lane];
            let of_process = of_process(&event.say, text);
            self.expect(of_process.is_none_or(|(pid, _)| pid == lane.pid), || {
                format!(
                    "Process {} printed the line of another process: {}",
                    lane.pid, event.say
                )
            });
        }
        self
    }

    /// Checks in the log that no process waited with a time limit for the end of another one, in whichever
    /// order they have ended.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when one did, even if the other one ended before the limit.
    pub fn expect_no_limit_for_ends(&self) -> &Self {
        let is_lane = |name: &str| self.run.lanes.iter().any(|lane| lane.called == name);
        let is_for_an_end = |event: &&Event| {
            let is_limit = event.kind == Kind::WaitLimit && event.on.is_none();
            is_limit && (is_lane(&event.what) || event.what.starts_with(what::ANY_OF))
        };
        let wait = self.run.events.iter().find(is_for_an_end);
        self.expect(wait.is_none(), || {
            format!(
                "A process waited with a time limit for the end of {}. It is not known how long that takes: \
                 wait without a limit, also for the process that usually ends first.",
                wait.map_or("another", |wait| &wait.what)
            )
        })
    }

    /// Returns the greatest number of pieces of work that were under way at the same time, such as
    /// the tasks of a pool, whose workers record where each begins and ends.
    #[must_use]
    pub fn most_under_way(&self) -> usize {
        let (mut most, mut now) = (0, 0_usize);
        for event in self.run.events.iter().filter(|event| event.on.is_some()) {
            match event.kind {
                Kind::Begin => now += 1,
                Kind::End => now = now.saturating_sub(1),
                _ => {}
            }
            most = most.max(now);
        }
        most
    }

    /// Returns whether the piece of work that took longest, such as the one whose process was stopped, was
    /// the last one to end: then all others were done meanwhile.
    #[must_use]
    pub fn longest_ends_last(&self) -> bool {
        let (mut begun, mut took) = (BTreeMap::new(), Vec::new());
        for event in self.run.events.iter().filter(|event| event.on.is_some()) {
            match event.kind {
                Kind::Begin => _ = begun.insert(event.lane, event.t),
                Kind::End => {
                    let from = begun.remove(&event.lane);
                    took.extend(from.map(|from| event.t.saturating_sub(from)));
                }
                _ => {}
            }
        }
        took.last()
            .is_some_and(|last| took.iter().all(|took| took <= last))
    }

    /// Checks that all threads that waited for a stopped process slept in the calls of the library, which
    /// record each wait in the log.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when a thread slept besides, as one that polls with pauses does.
    pub fn expect_sleeps_in_waits(&self) -> &Self {
        let besides = self.by_clock.iter().filter(|nap| nap.is_besides);
        let names: Vec<_> = besides.map(|nap| nap.name.clone()).collect();
        self.expect(names.is_empty(), || {
            format!(
                "While a process was stopped, {} slept for a time of its own choice, in no call of the \
                 library: it polls. The calls of the library wait until something has happened.",
                some_of(&names)
            )
        })
    }

    /// Checks that the process that was to be [stopped](crate::Act::Stop) was a child.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when it was the first process.
    pub fn expect_stopped_child(&self, does: &str) -> &Self {
        self.expect(!self.has_stopped_first, || {
            format!("The process that {does} should be a child, and not the first process.")
        })
    }

    /// Checks that the program fails, with exit code 1, because `who` was killed. If `who` ended
    /// before it could be killed, nothing is checked.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when the program does not fail.
    pub fn expect_failure_if_killed(&self, who: &str) {
        self.expect(self.signal.is_none(), || {
            format!(
                "The kill of the {who} ended the first process: the {who} should be a child, a \
                 process of its own."
            )
        });
        if self.killed().is_none() {
            return;
        }
        self.expect(self.code != Some(0), || {
            format!(
                "The {who} was killed, so an error and exit code 1 were expected. The exit code is 0."
            )
        });
        self.expect_error();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_known_by_its_beginning_wherever_the_log_has_cut_it_off() {
        let long = "ab".repeat(500);
        let whole = format!("(7, {long:?})");
        for length in [50, 96, whole.len()] {
            assert!(shows(&whole[..length], &long), "{length} bytes");
        }
        let other = format!("{}c", &long[..60]);
        assert!(!shows(&whole[..96], &other));
        assert!(!shows(&format!("{other:?}"), &long));
        assert!(shows("(7, \"ab\")", "ab") && !shows("\"ab", "ab"));
        assert!(shows("(7, [97, 98])", "ab") && !shows("[97, 98, 99]", "ab"));
    }

    #[test]
    fn a_line_of_another_form_is_not_the_line_of_a_process() {
        let of = |line| of_process(line, ") recv: ");
        assert_eq!(of("Process (12) recv: one"), Some((12, "one")));
        for other in [
            "recv: one",
            "(1, 2) recv: one",
            "(1) and (2) recv: one",
            "(1): recv: one",
        ] {
            assert_eq!(of(other), None);
        }
    }

    #[test]
    fn lines_that_are_no_words_pass_and_a_word_that_comes_twice_does_not() {
        let words = ["one", "two"].map(str::to_owned);
        let got = ["one@5", "one", "two@x", "two", "end"];
        assert_eq!(words_in(&got, &words), ["one@5", "one", "two"]);
    }
}
