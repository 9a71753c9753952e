//! What checks of programs have in common that pass words from one child to another one, by whatever.

use crate::{Program, Ran, words};

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
        let words = words("slow", 6);
        let usual = (self.program)(&words).run();
        for &nth in nths {
            let program = (self.program)(&words);
            let ran = program.when(self.line, nth, usual.longer()).run();
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
        let words = words("waits", 3);
        let usual = (self.program)(&words).run();
        let program = (self.program)(&words);
        let ran = program.when(self.line, 1, usual.longer()).run();
        ran.expect_own_numbers(self.line)
            .expect_stopped_child("takes the words");
        ran.expect_sleeping_since(&usual).expect_no_clock();
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
