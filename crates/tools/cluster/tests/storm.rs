//! SIGKILL of workers, of the scheduler and of both, at random moments, while tasks are handed in
//! and done. Afterwards each accepted task has exactly one result, the right one.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod harness;

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use harness::{Cluster, Running, assert_each_is_recorded_once};
use lesson_test::{Seeded, rounds};
use nix::sys::signal::Signal;

/// How many tasks are handed in between two kills.
const TASKS: u64 = 150;
/// How many batches are under way at a time: a scheduler that is killed ten times a second does not
/// run for long enough to finish more.
const BATCHES: usize = 3;
const WORKERS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Victims {
    Worker,
    Scheduler,
    Both,
}

struct Storm {
    cluster: Cluster,
    workers: Vec<Running>,
    seeded: Seeded,
    /// The numbers of each batch; and the clients that hand the batches in.
    batches: BTreeMap<u64, Vec<u64>>,
    clients: Vec<Running>,
}

impl Storm {
    fn new(seed: u64) -> Self {
        let cluster = Cluster::start();
        let workers = (0..WORKERS)
            .map(|_| cluster.worker(&["--jobs", "2"]))
            .collect();
        Self {
            cluster,
            workers,
            seeded: Seeded::new(seed),
            batches: BTreeMap::new(),
            clients: Vec::new(),
        }
    }

    /// Hands in a batch, and kills meanwhile.
    fn round(&mut self, round: u64, victims: Victims) {
        if let Some(oldest) = self.clients.len().checked_sub(BATCHES) {
            let client = &mut self.clients[oldest];
            assert!(client.end().success(), "{}", client.log());
        }
        let numbers: Vec<u64> = (0..TASKS).map(|it| round * TASKS + it).collect();
        let name = round.to_string();
        let mut words = vec!["submit", "--give-up", "15", "--batch", &name, "square"];
        let texts: Vec<String> = numbers.iter().map(u64::to_string).collect();
        words.extend(texts.iter().map(String::as_str));
        self.clients.push(self.cluster.background(&words));
        self.batches.insert(round, numbers);
        thread::sleep(Duration::from_micros(self.seeded.below(60_000)));
        if victims != Victims::Scheduler {
            let place = usize::try_from(self.seeded.below(WORKERS as u64)).unwrap();
            self.workers[place].kill();
            self.workers[place] = self.cluster.background(&["worker", "--jobs", "2"]);
        }
        if victims != Victims::Worker {
            self.cluster.restart();
        }
    }

    /// Checks that all clients have their results, and that the disk has one for each task.
    fn judge(mut self) {
        for (client, (round, numbers)) in self.clients.iter_mut().zip(&self.batches) {
            assert!(client.end().success(), "{}", client.log());
            let log = client.log();
            let (line, results) = log.split_once('\n').unwrap();
            assert_eq!(line, format!("Batch {round}: {TASKS} tasks accepted"));
            let squares: Vec<String> = numbers.iter().map(|it| (it * it).to_string()).collect();
            assert_eq!(
                results.lines().collect::<Vec<_>>(),
                squares,
                "batch {round}"
            );
        }
        let all = TASKS * self.batches.len() as u64;
        for (name, count) in [("ended", all), ("dead", 0), ("ready", 0), ("leased", 0)] {
            assert_eq!(self.cluster.count(name), count, "{name}");
        }
        for worker in &mut self.workers {
            worker.signal(Signal::SIGTERM);
            assert!(worker.end().success(), "{}", worker.log());
        }
        self.cluster.scheduler.signal(Signal::SIGTERM);
        assert!(self.cluster.scheduler.end().success());
        assert_each_is_recorded_once(&self.cluster.folder.path("cluster.db"), all);
    }
}

fn storm(seed: u64, all_rounds: usize, victims: Victims) {
    let mut storm = Storm::new(seed);
    for round in 0..rounds(all_rounds) as u64 {
        storm.round(round, victims);
    }
    storm.judge();
}

/// Rows D12 and X27. A task that was running when its worker died is blamed for it, so each worker has
/// to be killed by chance three times in the same task before it counts as deadly.
#[test]
fn d12_workers_are_killed_and_no_task_is_lost_or_recorded_twice() {
    storm(1, 340, Victims::Worker);
}

#[test]
fn d12_the_scheduler_is_killed_and_no_task_is_lost_or_recorded_twice() {
    storm(2, 330, Victims::Scheduler);
}

#[test]
fn d12_both_are_killed_and_no_task_is_lost_or_recorded_twice() {
    storm(3, 330, Victims::Both);
}
