//! For storms on a broker: batches of squares, and the check that each task has one result.

use std::collections::BTreeMap;
use std::env;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Cluster, Running};

/// How many tasks are handed in between two kills.
const TASKS: u64 = 150;

/// How long a round may take: a broker that was killed is away for some seconds, and longer on a
/// busy machine.
const LIMIT: Duration = Duration::from_secs(150);

/// How many kills a storm has.
pub(crate) fn kills() -> u64 {
    let given = env::var("CLUSTER_KILLS");
    given.map_or(10, |given| given.parse().unwrap())
}

fn numbers(round: u64) -> impl Iterator<Item = u64> {
    (0..TASKS).map(move |it| round * TASKS + it)
}

/// The batches of a storm, each with the client that has handed it in and waits for it.
pub(crate) struct Squares<'a> {
    cluster: &'a Cluster,
    clients: BTreeMap<u64, Running>,
    /// What is killed, and how often it was.
    victim: &'static str,
    killed: u64,
}

impl<'a> Squares<'a> {
    pub(crate) fn of(cluster: &'a Cluster, victim: &'static str) -> Self {
        Self {
            cluster,
            clients: BTreeMap::new(),
            victim,
            killed: 0,
        }
    }

    /// Counts a kill. A long storm prints its progress.
    pub(crate) fn count_kill(&mut self) {
        self.killed += 1;
        if self.killed.is_multiple_of(10) {
            let Self { victim, killed, .. } = self;
            common::complain(&format!("{killed} of {} SIGKILLs of {victim}", kills()));
        }
    }

    /// Hands in the batch of a round.
    pub(crate) fn hand_in(&mut self, round: u64) {
        let (name, texts) = (round.to_string(), numbers(round).map(|it| it.to_string()));
        let texts: Vec<String> = texts.collect();
        let mut words = vec!["submit", "--give-up", "120", "--batch", &name, "square"];
        words.extend(texts.iter().map(String::as_str));
        self.clients.insert(round, self.cluster.background(&words));
    }

    /// Waits until a batch is over: its client has the right result for each task.
    #[track_caller]
    pub(crate) fn judge(&mut self, round: u64) {
        let client = self.clients.get_mut(&round).unwrap();
        let begun = Instant::now();
        while client.is_running() && begun.elapsed() < LIMIT {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(
            !client.is_running(),
            "batch {round} is not over: {}",
            client.log()
        );
        assert!(client.end().success(), "{}", client.log());
        let squares = numbers(round).map(|it| (it * it).to_string());
        let squares: Vec<String> = squares.collect();
        let log = client.log();
        let results = log.lines().filter(|line| !line.starts_with("Batch"));
        assert_eq!(results.collect::<Vec<_>>(), squares, "batch {round}: {log}");
    }

    /// Checks that all batches are over, every client gets the same results, and nothing is left.
    #[track_caller]
    pub(crate) fn judge_all(&mut self) {
        let rounds: Vec<u64> = self.clients.keys().copied().collect();
        for &round in &rounds {
            self.judge(round);
            let squares = numbers(round).map(|it| (it * it).to_string());
            let again = self.cluster.results(&round.to_string());
            assert_eq!(again, squares.collect::<Vec<_>>(), "batch {round}, again");
        }
        let all = TASKS * rounds.len() as u64;
        for (name, count) in [("ended", all), ("dead", 0), ("ready", 0), ("leased", 0)] {
            assert_eq!(self.cluster.count(name), count, "{name}");
        }
        let late = self.cluster.count("late");
        let Self { victim, killed, .. } = self;
        common::complain(&format!(
            "{killed} SIGKILLs of {victim}: {all} tasks accepted, {all} results, 0 lost; {late} were \
             done twice and have one result"
        ));
    }
}
