//! The results of a batch on their way to its client: which of them have come, and what is to be asked.

use scheduler::task::TaskOutcome;
use scheduler::wire::{FromScheduler, ToScheduler};

use crate::wire::{FromCluster, ToCluster};

pub(crate) struct Collection {
    batch: u64,
    /// The place among the ends of the batch from which on none has come.
    since: u64,
    outcomes: Vec<Option<TaskOutcome>>,
    ended: usize,
    /// A question is on its way on this line.
    is_asked: bool,
}

impl Collection {
    /// Of a batch with this number of tasks.
    pub(crate) fn new(batch: u64, count: usize) -> Self {
        Self {
            batch,
            since: 0,
            outcomes: vec![None; count],
            ended: 0,
            is_asked: false,
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.ended == self.outcomes.len()
    }

    /// On a new line it is asked again.
    pub(crate) fn begin(&mut self) {
        self.is_asked = false;
    }

    /// What is to be asked now.
    pub(crate) fn next(&mut self) -> Option<ToCluster> {
        if self.is_over() || std::mem::replace(&mut self.is_asked, true) {
            return None;
        }
        let (batch, since) = (self.batch, self.since);
        Some(ToCluster::Machine(ToScheduler::Results { batch, since }))
    }

    /// Takes in an answer. `is_known` is whether the scheduler has accepted all tasks of the batch: before
    /// the first of them, it knows of none.
    ///
    /// # Errors
    /// When the batch is no more.
    pub(crate) fn hear(&mut self, message: FromCluster, is_known: bool) -> Result<(), String> {
        let FromCluster::Machine(FromScheduler::Results { since, next, ended }) = message else {
            return Ok(());
        };
        if since != self.since {
            return Ok(());
        }
        self.is_asked = false;
        if next < since || next == since && (is_known || since > 0) {
            let batch = self.batch;
            return Err(format!(
                "batch {batch} was forgotten before its results were told, or its scheduler has lost tasks"
            ));
        }
        self.since = next;
        for end in ended {
            if let Some(outcome) = self.outcomes.get_mut(end.index as usize) {
                // One that was dead, and was tried again meanwhile, ends twice.
                let before = outcome.replace(end.outcome);
                self.ended += usize::from(before.is_none());
            }
        }
        Ok(())
    }

    /// How they have ended, in the order of the tasks.
    pub(crate) fn outcomes(self) -> Vec<TaskOutcome> {
        self.outcomes.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use scheduler::TaskId;
    use scheduler::task::{Ended, Key};

    use super::*;
    use crate::client::Client;
    use crate::line_error::LineError;
    use crate::peer::{ConnectError, PeerLine, Target};
    use crate::submission::Submission;

    fn results(since: u64, next: u64) -> FromCluster {
        let ended = (since..next).map(|place| Ended {
            id: TaskId(place),
            index: u32::try_from(place).unwrap(),
            outcome: Ok(Vec::new()),
        });
        let ended = ended.collect();
        FromCluster::Machine(FromScheduler::Results { since, next, ended })
    }

    fn is_question(message: &ToCluster) -> bool {
        matches!(message, ToCluster::Machine(ToScheduler::Results { .. }))
    }

    /// What it says comes in these packets, and what is said to it is kept.
    #[derive(Default)]
    struct Played {
        answers: Mutex<VecDeque<Vec<FromCluster>>>,
        heard: Mutex<Vec<Vec<ToCluster>>>,
    }

    impl PeerLine for Played {
        fn send(&self, messages: &[ToCluster]) -> Result<(), LineError> {
            self.heard.lock().unwrap().push(messages.to_vec());
            Ok(())
        }

        fn send_unnoted(&self, _: &ToCluster) -> Result<(), LineError> {
            Ok(())
        }

        fn recv(&self, _: Duration) -> Result<Vec<FromCluster>, LineError> {
            let answer = self.answers.lock().unwrap().pop_front();
            answer.ok_or(LineError::Timeout)
        }

        fn close(&self) {}

        fn finish(&self) {}
    }

    struct There(Arc<Played>);

    impl Target for There {
        fn address(&self) -> &str {
            "here"
        }

        fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
            Ok(Arc::clone(&self.0) as Arc<dyn PeerLine>)
        }
    }

    #[test]
    fn results_are_asked_for_with_the_first_tasks_and_taken_before_the_last_are_handed_in() {
        let accepted = |index: u32| {
            let (id, key) = (TaskId(index.into()), Key { batch: 1, index });
            FromCluster::Machine(FromScheduler::Accepted { id, key })
        };
        let line = Arc::new(Played::default());
        let packets = [
            vec![accepted(0), results(0, 1)],
            (1..5000).map(accepted).collect(),
            vec![results(1, 5000)],
        ];
        line.answers.lock().unwrap().extend(packets);
        let target = Arc::new(There(Arc::clone(&line)));
        let mut client = Client::connect(target, Duration::from_secs(10)).unwrap();
        let bodies = vec![Vec::new(); 5000];
        let tasks = Submission::new(1, "square", &bodies).unwrap();
        let mut all = Collection::new(1, 5000);
        client.map(tasks, &mut all, |_| {}).unwrap();
        assert_eq!(all.outcomes().len(), 5000);
        let heard = line.heard.lock().unwrap();
        assert!(heard[0].len() > 1000 && heard[0].last().is_some_and(is_question));
        // One result has come, and most tasks of the window are not accepted.
        assert!(heard[1].len() == 1 && is_question(&heard[1][0]));
    }

    #[test]
    fn a_batch_that_is_not_known_yet_is_asked_for_again_and_one_that_is_forgotten_is_not() {
        let mut all = Collection::new(1, 2);
        assert!(all.next().is_some());
        assert!(all.next().is_none(), "a question is on its way");
        all.hear(results(0, 0), false).unwrap();
        assert!(all.next().is_some());
        all.hear(results(0, 1), false).unwrap();
        all.hear(results(0, 1), false).unwrap();
        assert!(all.next().is_some() && !all.is_over());
        let why = all.hear(results(1, 1), true).unwrap_err();
        assert!(why.contains("was forgotten"), "{why}");
        all.begin();
        assert!(all.next().is_some(), "on a new line it is asked again");
    }
}
