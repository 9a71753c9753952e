//! Checks for programs whose children pass words from one to another, over any kind of channel.

use common::Kind;
use timeline::Run;

use crate::{Act, Program, Ran, expect_received, words, words_in};

/// A number of words that takes a child some tens of milliseconds if it is disturbed.
const MORE: usize = 40;
/// An odd seed, so that the run uses all processors.
const DISTURBED: u64 = 1;

/// A program whose children pass words, and what must hold of its runs.
#[derive(Debug, Clone, Copy)]
pub struct Passing {
    /// Creates the program that passes these words.
    pub program: fn(&[String]) -> Program,
    /// Checks a run that should have passed these words.
    pub holds: fn(&Ran, &[String]),
    /// A text in a line of the child that receives the words, from the bracket after its pid on.
    pub line: &'static str,
    /// Returns the word in a line of a child that receives words.
    pub word_in: fn(&str) -> Option<&str>,
}

impl Passing {
    /// Checks runs with each of these numbers of words.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn any_number(&self, counts: &[usize]) {
        for &count in counts {
            let words = words("any number", count);
            (self.holds)(&(self.program)(&words).run(), &words);
        }
    }

    /// Stops the receiving child when it has printed its line for the `nth` time, for longer than a
    /// whole run takes. A program that sleeps instead of waiting sleeps too short.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn slow(&self, nths: &[usize]) {
        for &nth in nths {
            let (words, [_, ran]) = self.stopped("slow", 6, nth);
            (self.holds)(&ran, &words);
            ran.expect_own_numbers(self.line)
                .expect_stopped_child("takes the words");
        }
    }

    /// Stops the receiving child once and compares the run with one without the stop. A program
    /// that waits does no more work, and uses no time limit.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn waits(&self) {
        let (_, [usual, ran]) = self.stopped("waits", 3, 1);
        ran.expect_own_numbers(self.line)
            .expect_stopped_child("takes the words");
        ran.expect_sleeping_since(&usual)
            .expect_undisturbed()
            .expect_no_clock()
            .expect_no_limit_for_ends();
    }

    /// Stops the process that sends the words when it has sent the first ones. In another run, lets it go
    /// on, but keeps the end of the words away from the others. Checks that all others wait for the next
    /// word, and for the end, without a time limit; one that gives up loses the rest.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn waits_for_sender(&self) {
        let words = words("waits for sender", MORE);
        for ran in self.sender_late(&words) {
            ran.expect_undisturbed().expect_no_clock();
            expect_received_meanwhile(&ran);
            (self.holds)(&ran, &words);
        }
    }

    /// Like [`waits_for_sender`](Self::waits_for_sender), for a program whose receiver has a time
    /// limit of its own. Which words it receives then is not checked.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn does_not_ask_sender(&self) {
        let words = words("waits for sender", MORE);
        for ran in self.sender_late(&words) {
            ran.expect_undisturbed().expect_no_sleep();
            let got: Vec<_> = ran.out.lines().filter_map(self.word_in).collect();
            expect_received(&ran, &words_in(&got, &words), self.word_in);
        }
    }

    /// Stops the receiving child at its first word, of `words`, which are more than a pipe has room for.
    /// All others have to wait for it without a time limit, and the sender for room. `holds` checks the run.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn waits_for_room(&self, words: &[String], holds: fn(&Ran, &[String])) {
        let program = || (self.program)(words).chaos(DISTURBED);
        let usual = program().run();
        holds(&usual, words);
        let program = program().when_recorded(Kind::Recv, 1, usual.longer());
        let ran = program.run();
        ran.expect_undisturbed().expect_no_clock();
        holds(&ran, words);
    }

    /// Lets the child fail at its end that records the third event of this kind, `Send` or `Recv`, after it
    /// has passed on all words; and in another run the child that first receives one, which may only pass it
    /// on. Checks that the program then fails, too. (When a child is killed in the middle, words are missing,
    /// so a program may only count them.)
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault) when the program ends well.
    pub fn fails_with_child(&self, kind: Kind) {
        let words = words("fails with child", MORE);
        let nths: &[usize] = if kind == Kind::Recv { &[1, 3] } else { &[3] };
        for &nth in nths {
            let program = (self.program)(&words).chaos(DISTURBED);
            let ran = program.when_recorded(kind, nth, Act::Fail).run();
            // Only if the log lacks the end of a child, it is sure that the child fails.
            let failed = ran.killed();
            ran.expect(failed.is_none() || ran.code != Some(0), || {
                format!(
                    "The child \"{}\" did all its work and then ended with an error, because it could not \
                     write its log any more. So an error and exit code 1 were expected, but the exit code \
                     is 0.",
                    failed.unwrap_or_default()
                )
            });
        }
    }

    /// Runs in which the sending process was stopped in the middle, and in which it closed its end, but the
    /// others did not see that for some time.
    fn sender_late(&self, words: &[String]) -> impl Iterator<Item = Ran> {
        let program = || (self.program)(words).chaos(DISTURBED);
        let usual = program().run();
        let acts = [(3, usual.longer()), (1, Act::KeepEnds(usual.longer_time()))];
        let runs = acts.map(|(nth, act)| program().when_sent(nth, act));
        runs.into_iter().map(|program| program.run())
    }

    /// Returns the words, a run with them, and a run in which the receiving child was stopped. If
    /// the child ended before it could be stopped, or printed no such line, it is stopped at an
    /// event of receiving, in a run with more words that is disturbed, so that it takes longer.
    fn stopped(&self, purpose: &str, count: usize, nth: usize) -> (Vec<String>, [Ran; 2]) {
        let some = words(purpose, count);
        let usual = (self.program)(&some).run();
        let program = (self.program)(&some);
        let ran = program.when(self.line, nth, usual.longer()).run();
        if ran.has_stopped_a_child || ran.has_stopped_first {
            return (some, [usual, ran]);
        }
        let more = words(purpose, MORE);
        let program = || (self.program)(&more).chaos(DISTURBED);
        let usual = program().run();
        let ran = program()
            .when_recorded(Kind::Recv, nth, usual.longer())
            .run();
        (more, [usual, ran])
    }

    /// Checks runs that are disturbed.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn chaos(&self) {
        let words = words("chaos", 6);
        for seed in 1..=8 {
            let ran = (self.program)(&words).chaos(seed).run();
            (self.holds)(&ran, &words);
        }
    }
}

/// A receiver that gets nothing before all is sent would wait forever if there was more than there is room for.
fn expect_received_meanwhile(ran: &Ran) {
    let has_none = |run: &Run| {
        let count = |kind| run.events.iter().filter(|event| event.kind == kind).count();
        count(Kind::Send) > 1 && count(Kind::Recv) == 0
    };
    let is_late = ran.at_stops.iter().any(|at_stop| has_none(&at_stop.run));
    ran.expect_in_time(!is_late, || {
        "The process that sends was stopped for a while after its first words, but nothing was received in \
         this time: each word should be received when it has come, and not when all have been sent."
            .to_owned()
    });
}
