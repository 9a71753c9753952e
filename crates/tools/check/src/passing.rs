//! What checks of programs have in common that pass words from one child to another one, by whatever.

use common::Kind;

use crate::{Program, Ran, words};

/// This number of words takes a child some tens of milliseconds, if it is disturbed.
const MORE: usize = 40;
/// An odd seed: on all processors.
const DISTURBED: u64 = 1;

/// A program whose children pass words, and what holds of its runs.
#[derive(Debug, Clone, Copy)]
pub struct Passing {
    /// Makes the program that passes these words.
    pub program: fn(&[String]) -> Program,
    /// Looks at a run that should have passed these words.
    pub holds: fn(&Ran, &[String]),
    /// A part of the lines that the child prints that takes the words.
    pub line: &'static str,
}

impl Passing {
    /// Looks at runs with this number of words each.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn any_number(&self, counts: &[usize]) {
        for &count in counts {
            let words = words("any number", count);
            (self.holds)(&(self.program)(&words).run(), &words);
        }
    }

    /// Stops the child that takes the words when it has printed its line for the `nth` time, for longer
    /// than a whole run takes: what sleeps instead of waiting sleeps too short.
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

    /// Stops that child once, and compares the run with one in which it is not stopped: what waits has
    /// no more to do, and knows of no time.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn waits(&self) {
        let (_, [usual, ran]) = self.stopped("waits", 3, 1);
        ran.expect_own_numbers(self.line)
            .expect_stopped_child("takes the words");
        ran.expect_sleeping_since(&usual)
            .expect_undisturbed()
            .expect_no_clock();
    }

    /// Stops the process that sends the words, when it has sent the first ones, and looks whether all others wait
    /// until it goes on, for as long as it takes: one that gives up meanwhile loses the rest.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn waits_for_sender(&self) {
        let (words, ran) = self.sender_stopped();
        ran.expect_undisturbed().expect_no_clock();
        (self.holds)(&ran, &words);
    }

    /// As [`waits_for_sender`](Self::waits_for_sender), for a program whose receiver has a limit of its own:
    /// what it does with the words then is not judged.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault).
    pub fn does_not_ask_sender(&self) {
        let (_, ran) = self.sender_stopped();
        ran.expect_undisturbed().expect_no_sleep();
    }

    /// The words, and a run with them in which the process that sends them stood still in the middle.
    fn sender_stopped(&self) -> (Vec<String>, Ran) {
        let words = words("waits for sender", MORE);
        let program = || (self.program)(&words).chaos(DISTURBED);
        let usual = program().run();
        let ran = program().when_sent(3, usual.longer()).run();
        (words, ran)
    }

    /// The words, a run with them, and one in which the child that takes them stood still. One that has
    /// ended before it can be stopped, or that prints no such line, is stopped when it receives: with more
    /// words, and disturbed, so that it takes longer.
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

    /// Looks at runs that are disturbed.
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
