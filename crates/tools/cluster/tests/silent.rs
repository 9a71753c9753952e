//! Workers that are silent for longer than a lease and come back with their results: stopped ones
//! (SIGSTOP), and some whose network is cut. Meanwhile another worker does their tasks; what they
//! send afterwards is counted and dropped.
//!
//! `cargo test` runs a short form of both, `scripts/silence` two hundred stops and a hundred cuts.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod harness;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use harness::network::Network;
use harness::{Cluster, Running, assert_each_is_recorded_once, program};
use lesson_test::{Folder, Seeded};
use nix::sys::signal::Signal;

/// How many workers fall silent at a time.
const AT_A_TIME: usize = 5;
/// How many quick tasks are under way when they do.
const QUICK: usize = 500;
/// While nothing arrives, pauses between tries grow, up to some ten seconds here.
const LIMIT: Duration = Duration::from_secs(60);

#[track_caller]
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LIMIT, "never: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn number(name: &str, without: usize) -> usize {
    env::var(name).map_or(without, |number| number.parse().unwrap())
}

/// A scheduler, and workers that fall silent again and again.
struct Silence {
    cluster: Cluster,
    workers: Vec<Running>,
    chance: Seeded,
    /// How many tasks were handed in, and how many results have come late at least.
    tasks: u64,
    late: u64,
}

impl Silence {
    /// Workers are silent between the calls of `silence` and `end`. Meanwhile the scheduler takes
    /// them for dead, and another worker does their tasks.
    fn fall(
        &mut self,
        wave: usize,
        mut silence: impl FnMut(&mut Self),
        mut end: impl FnMut(&mut Self),
    ) {
        let gates: Vec<PathBuf> = (0..self.workers.len())
            .map(|worker| self.cluster.folder.path(&format!("gate-{wave}-{worker}")))
            .collect();
        let paths: Vec<String> = gates.iter().map(|it| it.display().to_string()).collect();
        let mut words = vec!["gate"];
        words.extend(paths.iter().map(String::as_str));
        let gated = self.cluster.submit(&words);
        self.have_begun(&gates, 1);
        let numbers: Vec<String> = (0..QUICK).map(|it| it.to_string()).collect();
        let mut words = vec!["submit", "square"];
        words.extend(numbers.iter().map(String::as_str));
        let mut quick = self.cluster.background(&words);
        thread::sleep(self.chance.duration_below(Duration::from_millis(150)));
        silence(self);
        let jobs = (self.workers.len() + 1).to_string();
        let mut other = self.cluster.worker(&["--jobs", &jobs]);
        self.have_begun(&gates, 2);
        gates.iter().for_each(|gate| fs::write(gate, "").unwrap());
        assert_eq!(self.cluster.results(&gated), paths);
        assert!(quick.end().success(), "{}", quick.log());
        let squares: Vec<String> = (0..QUICK).map(|it| (it * it).to_string()).collect();
        assert_eq!(quick.log().lines().skip(1).collect::<Vec<_>>(), squares);
        other.signal(Signal::SIGTERM);
        assert!(other.end().success(), "{}", other.log());
        end(self);
        self.tasks += (gates.len() + QUICK) as u64;
        self.late += gates.len() as u64;
        eventually("each has told its result", || {
            self.cluster.count("late") >= self.late
        });
        // All workers have come once, and in each wave all come again, and the other one comes.
        let come = self.workers.len() + (wave + 1) * (self.workers.len() + 1);
        eventually("each is back", || self.come() >= come);
    }

    /// Waits until each of these tasks has begun this number of times.
    fn have_begun(&self, gates: &[PathBuf], times: usize) {
        for gate in gates {
            eventually("the task has begun", || {
                let begun = fs::read_to_string(gate.with_extension("begun"));
                begun.is_ok_and(|begun| begun.lines().count() >= times)
            });
        }
    }

    /// How many times a worker has connected so far.
    fn come(&self) -> usize {
        self.cluster.scheduler.log().matches("has come").count()
    }

    /// Checks that nothing was lost, and nothing was recorded twice.
    fn judge(mut self) {
        for (name, count) in [
            ("ended", self.tasks),
            ("dead", 0),
            ("ready", 0),
            ("leased", 0),
        ] {
            assert_eq!(self.cluster.count(name), count, "{name}");
        }
        let late = self.cluster.count("late");
        let all = self.tasks;
        common::say!(
            "{all} tasks, each with one result; {late} results came late and were dropped"
        );
        for worker in &mut self.workers {
            worker.signal(Signal::SIGTERM);
            assert!(worker.end().success(), "{}", worker.log());
        }
        self.cluster.scheduler.signal(Signal::SIGTERM);
        assert!(self.cluster.scheduler.end().success());
        assert_each_is_recorded_once(&self.cluster.folder.path("cluster.db"), self.tasks);
    }
}

/// Row D12. A lease is three seconds without a heartbeat.
#[test]
fn d12_late_results_of_stopped_workers_are_counted_and_dropped() {
    let cluster = Cluster::start();
    let workers = (0..2 * AT_A_TIME).map(|_| cluster.worker(&["--jobs", "2"]));
    let mut silence = Silence {
        workers: workers.collect(),
        cluster,
        chance: Seeded::new(5),
        tasks: 0,
        late: 0,
    };
    let all = |it: &mut Silence, signal| it.workers.iter().for_each(|worker| worker.signal(signal));
    for wave in 0..number("STOPS", 10).div_ceil(2 * AT_A_TIME) {
        silence.fall(
            wave,
            |it| all(it, Signal::SIGSTOP),
            |it| all(it, Signal::SIGCONT),
        );
    }
    silence.judge();
}

/// A scheduler in a network of its own, and workers each in another one with one link to it; `None`
/// where that is not possible.
fn far_workers(count: usize) -> Option<(Network, Cluster, Vec<Running>)> {
    let network = Network::new(count)
        .inspect_err(|why| common::complain(&format!("NOT RUN: no network to cut here: {why}")));
    let network = network.ok()?;
    let folder = Folder::new();
    let key = folder.text("key");
    let _made = lesson_test::run_within(LIMIT, Command::new(program()).args(["key", &key]));
    let words = ["--key", &key];
    let cluster = Cluster::start_within(network.home(), folder, &words);
    let workers = (0..count).map(|number| {
        let address = Network::address(number);
        let mut command = network.far(number).command(program());
        command
            .args(["worker", "--jobs", "2", "--at", &address])
            .args(words);
        let log = cluster.folder.path(&format!("far-{number}"));
        let mut worker = Running::start(&mut command, &log);
        worker.wait_for("is connected");
        worker
    });
    let workers = workers.collect();
    Some((network, cluster, workers))
}

/// Without a limit of its own, TCP would retry for a quarter of an hour.
#[test]
fn a_worker_notices_by_itself_that_its_network_is_cut() {
    let Some((network, _cluster, workers)) = far_workers(1) else {
        return;
    };
    network.cut();
    let log = || workers[0].log();
    eventually("it has noticed", || log().contains("trying again"));
}

/// Row D12. Each worker is in a network of its own, whose one link to the scheduler is taken down.
#[test]
fn d12_a_network_that_is_cut_for_longer_than_a_lease_loses_nothing_and_doubles_nothing() {
    let Some((network, cluster, workers)) = far_workers(AT_A_TIME) else {
        return;
    };
    let mut silence = Silence {
        workers,
        cluster,
        chance: Seeded::new(5),
        tasks: 0,
        late: 0,
    };
    for wave in 0..number("CUTS", 5).div_ceil(AT_A_TIME) {
        silence.fall(wave, |_| network.cut(), |_| network.mend());
    }
    silence.judge();
}
