//! Who has done what a line tells: a process of its own, and with what has come to it.

use common::Kind;
use timeline::Role;

use crate::ran::Ran;

/// Looks whether these words were sent, each once and in order, by the program's own function: it sends
/// each with the moment at which that happens, which no other process knows before. A body may also send
/// by itself, the words alone.
///
/// # Panics
/// With a [`Fault`](crate::Fault), when `sent` is something else.
pub fn expect_sent(ran: &Ran, function: &str, words: &[String], sent: &[&str]) {
    let is_sent = |(word, sent): (&String, &&str)| {
        let moment = sent
            .strip_prefix(word.as_str())
            .and_then(|rest| rest.strip_prefix('@'));
        moment.is_some_and(|moment| moment.parse::<u32>().is_ok())
    };
    let are_all = words.len() == sent.len() && words.iter().zip(sent).all(is_sent) || words == sent;
    ran.expect(are_all, || {
        format!(
            "`{function}` should send these {}, once and in order, each with the moment of its sending: \
             {words:?}. The lines say {sent:?}.",
            words.len()
        )
    });
}

impl Ran {
    /// Whether a lane is in a process that another one of the program has made, and not in the first.
    #[must_use]
    pub fn is_child(&self, lane: usize) -> bool {
        let [first, ..] = &*self.run.lanes else {
            return false;
        };
        let lane = self.run.lanes.get(lane);
        lane.is_some_and(|lane| lane.pid != first.pid)
    }

    /// Looks whether these lines are each printed by a thread that is not the first one of its process:
    /// the log's word, and the kernel's number.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault), when one is not.
    pub fn expect_of_thread(&self, lines: &[String]) -> &Self {
        for line in lines {
            let mut events = self.run.events.iter();
            let event = events.find(|event| event.kind == Kind::Say && *event.say == **line);
            let lane = event.map(|event| &self.run.lanes[event.lane]);
            let is_thread =
                lane.is_some_and(|lane| lane.role == Role::Thread && lane.tid != lane.pid);
            self.expect(is_thread, || {
                format!("It is the main thread itself that prints the line {line:?}.")
            });
        }
        self
    }

    /// Looks whether in each line with `text` in it stands the number of the process that prints it:
    /// by that number processes are stopped and killed.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault), when one has printed another number.
    pub fn expect_own_numbers(&self, text: &str) -> &Self {
        let says = |event: &&timeline::Event| event.kind == Kind::Say && event.say.contains(text);
        for event in self.run.events.iter().filter(says) {
            let lane = &self.run.lanes[event.lane];
            let number = event.say.split_once('(');
            let number = number.and_then(|(_, rest)| Some(rest.split_once(')')?.0));
            self.expect(number == Some(lane.pid.to_string().as_str()), || {
                format!(
                    "Process {} prints the line of another process: {}",
                    lane.pid, event.say
                )
            });
        }
        self
    }

    /// Looks whether it was a child that was to [stand still](crate::Act::Stop).
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault), when it was the first process.
    pub fn expect_stopped_child(&self, does: &str) -> &Self {
        self.expect(!self.has_stopped_first, || {
            format!("What {does} should be a child, and it is the first process itself.")
        })
    }

    /// Looks whether the program fails, with exit code 1, because `who` was killed. It may have ended
    /// before it could be killed: then there is nothing to look at.
    ///
    /// # Panics
    /// With a [`Fault`](crate::Fault), when it does not.
    pub fn expect_failure_if_killed(&self, who: &str) {
        self.expect(self.signal.is_none(), || {
            format!(
                "The {who} was killed, and with it the first process: the {who} should be a child, a \
                 process of its own."
            )
        });
        if self.killed().is_none() {
            return;
        }
        self.expect(self.code != Some(0), || {
            format!(
                "The {who} was killed, so an error was expected, and with it exit code 1. It is 0."
            )
        });
        self.expect_code(1);
    }
}
