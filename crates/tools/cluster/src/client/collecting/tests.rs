use std::sync::Mutex;

use scheduler::TaskId;
use scheduler::task::{Ended, Key};
use scheduler::wire::{FromScheduler, ToScheduler};

use super::*;
use crate::line_error::LineError;
use crate::peer::{ConnectError, Target};
use crate::wire::{FromCluster, ToCluster};

/// A test that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(10);

type Answer = Result<Vec<FromCluster>, LineError>;

/// A peer that accepts each line. `answer` returns the answer to the messages since its last call.
struct False<S> {
    answer: Arc<Mutex<S>>,
    begun: Instant,
    is_receiving: bool,
}

impl<S: FnMut(&[ToCluster]) -> Answer + Send + 'static> False<S> {
    /// A client of this peer, with the least patience that a client can have.
    fn client(answer: S) -> Client {
        Self::client_with(answer, false)
    }

    /// A client of this peer, whose answers arrive in parts.
    fn client_with(answer: S, is_receiving: bool) -> Client {
        let there = Self {
            answer: Arc::new(Mutex::new(answer)),
            begun: Instant::now(),
            is_receiving,
        };
        let mut client = Client::connect(Arc::new(there), LEAST_LIMIT).unwrap();
        client.answer_limit = LEAST_LIMIT;
        client
    }
}

impl<S: FnMut(&[ToCluster]) -> Answer + Send + 'static> Target for False<S> {
    fn address(&self) -> &str {
        "here"
    }

    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
        if self.begun.elapsed() > LIMIT {
            return Err(ConnectError::Refused("the client stays".to_owned()));
        }
        Ok(Arc::new(FalseLine {
            answer: Arc::clone(&self.answer),
            sent: Mutex::default(),
            is_receiving: self.is_receiving,
        }))
    }
}

/// Messages that were sent on the line and are not answered yet.
struct FalseLine<S> {
    answer: Arc<Mutex<S>>,
    sent: Mutex<Vec<ToCluster>>,
    /// Whether the next answer has arrived in part.
    is_receiving: bool,
}

impl<S: FnMut(&[ToCluster]) -> Answer + Send> PeerLine for FalseLine<S> {
    fn send(&self, messages: &[ToCluster]) -> Result<(), LineError> {
        self.sent.lock().unwrap().extend_from_slice(messages);
        Ok(())
    }

    fn send_unnoted(&self, _alive: &ToCluster) -> Result<(), LineError> {
        Ok(())
    }

    fn recv(&self, _: Duration) -> Answer {
        // So that no test spins forever at the full speed of a processor.
        thread::sleep(Duration::from_millis(5));
        let sent = std::mem::take(&mut *self.sent.lock().unwrap());
        (self.answer.lock().unwrap())(&sent)
    }

    fn is_receiving(&self) -> bool {
        self.is_receiving
    }

    fn close(&self) {}

    fn finish(&self) {}
}

fn batch(tasks: u64) -> FromCluster {
    let (batch, kind, ended) = (1, "square".to_owned(), 0);
    FromCluster::Machine(FromScheduler::Batch {
        batch,
        kind,
        tasks,
        of: 0,
        ended,
    })
}

/// The requested result, and no other one.
fn next_result(sent: &[ToCluster]) -> Option<FromCluster> {
    let since = sent.iter().find_map(|message| match message {
        ToCluster::Machine(ToScheduler::Results { since, .. }) => Some(*since),
        _ => None,
    })?;
    let (id, index) = (TaskId(since), u32::try_from(since).unwrap());
    let (next, outcome) = (since + 1, Ok(Vec::new()));
    let ended = vec![Ended { id, index, outcome }];
    Some(FromCluster::Machine(FromScheduler::Results {
        since,
        next,
        ended,
    }))
}

#[test]
fn a_limit_is_over_while_results_still_come() {
    let mut is_first = true;
    let mut client = False::client(move |sent| {
        let first = std::mem::take(&mut is_first).then(|| batch(1000));
        Ok(first.into_iter().chain(next_result(sent)).collect())
    });
    let mut none = Submission::new(1, "", &[]).unwrap();
    let mut all = Collection::new(1, None, 0);
    let limit = Some(Duration::from_millis(100));
    let late = client.collect(&mut none, &mut all, limit, |_, _| {});
    assert!(late.unwrap_err().contains("of 1000 tasks"), "it goes on");
    assert!(all.ended() > 0);
}

/// On a slow line, a result of megabytes takes longer than any answer may.
#[test]
fn an_answer_that_is_arriving_is_waited_for() {
    let begun = Instant::now();
    let mut is_known = false;
    let slow = move |sent: &[ToCluster]| match begun.elapsed() < 2 * LEAST_LIMIT {
        true => Err(LineError::Timeout),
        false => {
            let first = (!std::mem::replace(&mut is_known, true)).then(|| batch(1));
            Ok(first.into_iter().chain(next_result(sent)).collect())
        }
    };
    let mut client = False::client_with(slow, true);
    let mut none = Submission::new(1, "", &[]).unwrap();
    let mut all = Collection::new(1, None, 0);
    client
        .collect(&mut none, &mut all, Some(LIMIT), |_, _| {})
        .unwrap();
    assert_eq!(all.ended(), 1);
}

#[test]
fn a_peer_that_ends_each_line_before_it_accepts_a_task_is_left() {
    let mut client = False::client(|_| Err(LineError::Disconnected));
    let bodies = [Vec::new()];
    let mut tasks = Submission::new(1, "square", &bodies).unwrap();
    let why = client.submit(&mut tasks, |_, _| {}).unwrap_err();
    assert!(why.contains("has not answered for"), "{why}");
}

/// A peer whose line is silent for a while and then cut, and that accepts no other one.
struct Stopped(Mutex<bool>);

impl Target for Stopped {
    fn address(&self) -> &str {
        "here"
    }

    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
        if std::mem::replace(&mut *self.0.lock().unwrap(), true) {
            return Err(ConnectError::NotThere("no scheduler answers".to_owned()));
        }
        let answer = |_: &[ToCluster]| {
            thread::sleep(Duration::from_millis(2500));
            Err(LineError::Disconnected)
        };
        Ok(Arc::new(FalseLine {
            answer: Arc::new(Mutex::new(answer)),
            sent: Mutex::default(),
            is_receiving: false,
        }))
    }
}

#[test]
fn the_silence_before_a_line_is_cut_counts_for_the_patience() {
    let stopped = Arc::new(Stopped(Mutex::new(false)));
    let mut client = Client::connect(stopped, Duration::from_secs(4)).unwrap();
    let bodies = [Vec::new()];
    let mut tasks = Submission::new(1, "square", &bodies).unwrap();
    let why = client.submit(&mut tasks, |_, _| {}).unwrap_err();
    // On a busy machine the silence lasts longer.
    let is_shorter = ["after 2s", "after 1s"].iter().any(|it| why.contains(it));
    assert!(is_shorter, "{why}");
}

#[test]
fn a_peer_that_ends_each_line_before_it_has_acknowledged_a_task_is_given_up() {
    let mut is_first = true;
    let mut client = False::client(move |_| match std::mem::take(&mut is_first) {
        true => {
            let (id, key) = (TaskId(0), Key { batch: 1, index: 0 });
            let accepted = FromScheduler::Accepted { id, key };
            Ok(vec![FromCluster::Machine(accepted)])
        }
        false => Ok(vec![FromCluster::Machine(FromScheduler::Shutdown)]),
    });
    let bodies = [Vec::new()];
    let mut tasks = Submission::new(1, "square", &bodies).unwrap();
    let mut all = Collection::new(1, Some(1), 0);
    let why = client.collect(&mut tasks, &mut all, None, |_, _| {});
    assert_eq!(why.unwrap_err(), unanswered(LEAST_LIMIT));
}

#[test]
fn requests_to_forget_batches_do_not_wait_and_are_repeated_until_answered() {
    let batches = Arc::new(Mutex::new(Vec::new()));
    let theirs = Arc::clone(&batches);
    let mut client = False::client(move |sent| {
        let forgotten = sent.iter().filter_map(|message| match message {
            ToCluster::Machine(ToScheduler::Forget { batch }) => Some(*batch),
            _ => None,
        });
        let mut batches = theirs.lock().unwrap();
        batches.push(Vec::from_iter(forgotten));
        match batches.len() {
            // The first request is answered, and then the line is cut.
            1 => Ok(vec![batch(0)]),
            2 => Err(LineError::Disconnected),
            _ => {
                let (id, key) = (TaskId(0), Key { batch: 9, index: 0 });
                let accepted = FromScheduler::Accepted { id, key };
                Ok(vec![FromCluster::Machine(accepted)])
            }
        }
    });
    client.forget(&[1, 2]);
    assert!(batches.lock().unwrap().is_empty(), "it waits for an answer");
    let bodies = [Vec::new()];
    let mut tasks = Submission::new(9, "square", &bodies).unwrap();
    client.submit(&mut tasks, |_, _| {}).unwrap();
    assert_eq!(*batches.lock().unwrap(), [vec![1, 2], vec![], vec![2]]);
}
