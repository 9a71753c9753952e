use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use scheduler::task::Key;

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

fn batch(tasks: u64, ended: u64) -> FromCluster {
    let (batch, kind) = (1, "square".to_owned());
    FromCluster::Machine(FromScheduler::Batch {
        batch,
        kind,
        tasks,
        of: 0,
        ended,
    })
}

fn accepted(index: u32) -> FromCluster {
    let (id, key) = (TaskId(index.into()), Key { batch: 1, index });
    FromCluster::Machine(FromScheduler::Accepted { id, key })
}

/// The place from which on results are requested.
fn asked(message: &ToCluster) -> Option<u64> {
    match message {
        ToCluster::Machine(ToScheduler::Results { batch: 1, since }) => Some(*since),
        _ => None,
    }
}

fn asks_for_batch(message: &ToCluster) -> bool {
    matches!(message, ToCluster::Machine(ToScheduler::Batch { batch: 1 }))
}

/// A line that answers with these packets, and keeps what is sent to it.
#[derive(Default)]
struct Played {
    answers: Mutex<VecDeque<Vec<FromCluster>>>,
    sent: Mutex<Vec<Vec<ToCluster>>>,
}

impl PeerLine for Played {
    fn send(&self, messages: &[ToCluster]) -> Result<(), LineError> {
        self.sent.lock().unwrap().push(messages.to_vec());
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

/// A target with one line after another.
struct There(Mutex<VecDeque<Arc<Played>>>);

impl Target for There {
    fn address(&self) -> &str {
        "here"
    }

    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError> {
        let next = self.0.lock().unwrap().pop_front();
        let next = next.ok_or_else(|| ConnectError::Refused("no line is left".to_owned()));
        next.map(|line| line as Arc<dyn PeerLine>)
    }
}

fn collect(lines: Vec<Vec<Vec<FromCluster>>>) -> Vec<Vec<Vec<ToCluster>>> {
    try_collect(lines).unwrap()
}

/// Hands in 5000 tasks on lines that answer with these packets; returns what each line was sent.
fn try_collect(lines: Vec<Vec<Vec<FromCluster>>>) -> Result<Vec<Vec<Vec<ToCluster>>>, String> {
    let line = |packets: Vec<_>| {
        let answers = Mutex::new(packets.into());
        let sent = Mutex::default();
        Arc::new(Played { answers, sent })
    };
    let lines: Vec<_> = lines.into_iter().map(line).collect();
    let target = Arc::new(There(Mutex::new(lines.iter().cloned().collect())));
    let mut client = Client::connect(target, Duration::from_secs(10)).unwrap();
    let bodies = vec![Vec::new(); 5000];
    let mut tasks = Submission::new(1, "square", &bodies).unwrap();
    let mut all = Collection::new(1, Some(5000), 0);
    client.collect(&mut tasks, &mut all, None, |_, _| {})?;
    assert_eq!(all.outcomes().1.len(), 5000);
    let sent = lines.iter().map(|line| line.sent.lock().unwrap().clone());
    Ok(sent.collect())
}

#[test]
fn when_the_scheduler_is_gone_the_error_counts_the_accepted_tasks_and_names_the_next_command() {
    let end = FromCluster::Machine(FromScheduler::Shutdown);
    let why = try_collect(vec![vec![vec![accepted(0), end.clone()]]]).unwrap_err();
    let text = "no line is left: 1 of 5000 tasks are accepted; try again later with --batch 1";
    assert_eq!(why, text);
    let all = (0..5000).map(accepted).chain([results(0, 7), end]);
    let why = try_collect(vec![vec![all.collect()]]).unwrap_err();
    let text = "no line is left: 7 of 5000 results have come; `cluster results 1` waits again";
    assert_eq!(why, text);
    let refused = FromScheduler::Refused {
        why: "no".to_owned(),
    };
    let refused = FromCluster::Machine(refused);
    let why = try_collect(vec![vec![vec![refused]]]).unwrap_err();
    assert!(why.contains("says: no: 0 of 5000 tasks"), "{why}");
}

#[test]
fn results_are_asked_for_with_the_first_tasks_and_taken_before_the_last_are_handed_in() {
    let sent = collect(vec![vec![
        vec![accepted(0), results(0, 1)],
        (1..5000).map(accepted).collect(),
        vec![results(1, 5000)],
    ]]);
    let first = &sent[0][0];
    assert!(first.len() > 1000 && first.last().and_then(asked) == Some(0));
    // One result has come, and most tasks of the window are not accepted.
    assert!(sent[0][1].len() == 1 && asked(&sent[0][1][0]) == Some(1));
}

/// Another scheduler may be at the other end of each line.
#[test]
fn on_a_new_line_a_client_asks_for_the_tasks_then_for_results_and_hands_in_the_rest() {
    let end = FromCluster::Machine(FromScheduler::Shutdown);
    let sent = collect(vec![
        vec![vec![accepted(0), results(0, 1), end.clone()]],
        vec![vec![end]],
        vec![
            vec![batch(5000, 1)],
            (1..5000).map(accepted).collect(),
            vec![results(1, 5000)],
        ],
    ]);
    for line in &sent[1..] {
        assert!(line[0].len() == 1 && asks_for_batch(&line[0][0]));
    }
    assert_eq!(sent[1].len(), 1, "nothing is said before the answer");
    assert_eq!(sent[2][1].last().and_then(asked), Some(1));
}

#[test]
fn a_batch_that_is_not_known_yet_is_asked_for_again_and_one_that_is_lost_is_an_error() {
    let mut all = Collection::new(1, Some(2), 0);
    all.begin();
    assert_eq!(asked(&all.next().unwrap()), Some(0));
    assert!(all.next().is_none(), "a question is on its way");
    all.take_in(results(0, 0), 0).unwrap();
    assert!(asks_for_batch(&all.next().unwrap()));
    all.take_in(batch(0, 0), 0).unwrap();
    assert_eq!(asked(&all.next().unwrap()), Some(0));
    all.take_in(results(0, 1), 2).unwrap();
    all.take_in(results(0, 1), 2).unwrap();
    assert!(asked(&all.next().unwrap()) == Some(1) && !all.is_over());
    all.take_in(results(1, 1), 2).unwrap();
    assert!(asks_for_batch(&all.next().unwrap()));
    let why = all.take_in(batch(0, 0), 2).unwrap_err();
    assert!(why.contains("had accepted 2, and has 0"), "{why}");
}

#[test]
fn after_a_scheduler_with_other_places_all_ends_are_asked_for_again() {
    let mut all = Collection::new(1, None, 0);
    all.begin();
    assert!(asks_for_batch(&all.next().unwrap()));
    all.take_in(batch(3, 2), 0).unwrap();
    assert_eq!(asked(&all.next().unwrap()), Some(0));
    all.take_in(results(0, 2), 0).unwrap();
    assert_eq!(asked(&all.next().unwrap()), Some(2));
    // A task that was dead and was tried again ends twice.
    let end = (TaskId(0), 0, Ok(Vec::new()));
    let (id, index, outcome) = end;
    let ended = vec![Ended { id, index, outcome }];
    let (since, next) = (2, 3);
    let again = FromScheduler::Results { since, next, ended };
    all.take_in(FromCluster::Machine(again), 0).unwrap();
    assert_eq!(asked(&all.next().unwrap()), Some(3));
    all.doubt();
    assert!(asks_for_batch(&all.next().unwrap()));
    all.take_in(batch(3, 3), 0).unwrap();
    assert_eq!(asked(&all.next().unwrap()), Some(0));
    all.take_in(results(0, 3), 0).unwrap();
    assert!(all.is_over() && all.next().is_none());
}

#[test]
fn a_batch_with_more_tasks_than_this_client_has_handed_in_is_not_its_own() {
    let mut all = Collection::new(1, None, 3);
    all.begin();
    assert!(asks_for_batch(&all.next().unwrap()));
    let why = all.take_in(batch(5, 0), 3).unwrap_err();
    assert!(
        why.contains("has 5 tasks, and 3 were handed in here"),
        "{why}"
    );
}

#[test]
fn a_batch_is_left_in_part_only_after_two_answers_on_the_same_line() {
    let mut all = Collection::new(1, None, 0);
    let of_three = |ended| {
        let FromCluster::Machine(FromScheduler::Batch { batch, kind, .. }) = batch(2, ended) else {
            unreachable!()
        };
        let (tasks, of) = (2, 3);
        FromCluster::Machine(FromScheduler::Batch {
            batch,
            kind,
            tasks,
            of,
            ended,
        })
    };
    all.begin();
    assert!(asks_for_batch(&all.next().unwrap()));
    all.take_in(of_three(0), 0).unwrap();
    assert_eq!(asked(&all.next().unwrap()), Some(0));
    all.take_in(results(0, 2), 0).unwrap();
    all.begin();
    assert!(asks_for_batch(&all.next().unwrap()));
    all.take_in(of_three(2), 0).unwrap();
    assert!(!all.is_over(), "who hands them in comes back, too");
    all.doubt();
    assert!(asks_for_batch(&all.next().unwrap()));
    all.take_in(of_three(2), 0).unwrap();
    assert!(all.is_over() && all.missing().is_some());
}
