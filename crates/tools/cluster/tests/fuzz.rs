//! Tests that no bytes, before the login or after it, cause a panic or take more memory than they have.
//!
//! The inputs are valid ones with a few changes. A plain `cargo test` tries a hundred thousand,
//! `scripts/fuzz` ten million. Each input depends only on the seed and its number (except for the
//! keys of the line, which are new each time), so a failure can be reproduced.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::{env, fs};

use cluster::fuzzing::{Ends, FRAME_BYTES};
use common::encode;
use lesson_test::{Seeded, with_limit};
use nix::sys::resource::Resource;
use scheduler::TaskId;
use scheduler::task::{Call, Ended, Key, Status};
use scheduler::wire::{FromScheduler, Role, ToScheduler};

/// How much memory the process may allocate in addition: less than a length that an input claims
/// without sending the bytes. A larger allocation ends the test.
const MORE_BYTES: u64 = 8 << 20;

fn number(name: &str, without: u64) -> u64 {
    env::var(name).map_or(without, |number| number.parse().unwrap())
}

/// How much memory this process has allocated, whether touched or not.
fn data_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|it| it.strip_prefix("VmData:"));
    let number = line.unwrap().trim().split(' ').next().unwrap();
    number.parse::<u64>().unwrap() << 10
}

struct Chance(Seeded);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap();
        usize::try_from(self.0.below(end)).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Changes a few places of an input.
    fn change(&mut self, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
        for _ in 0..self.below(5) {
            let place = self.below(bytes.len());
            let end = (place + 1 + self.below(8)).min(bytes.len());
            match self.below(8) {
                0 => bytes.truncate(place),
                1 => drop(bytes.drain(place..end)),
                2 => {
                    let part = bytes[place..end].to_vec();
                    bytes.splice(place..place, part);
                }
                3 => {
                    let other = self.of(others);
                    let from = self.below(other.len());
                    bytes.splice(place..end, other[from..].iter().copied());
                }
                // A length.
                4 => {
                    let length: u64 = 1 << self.below(34);
                    let length = length.wrapping_sub(self.below(2) as u64).to_le_bytes();
                    bytes.splice(place..end, length[..4].iter().copied());
                }
                5 => bytes[place..end].fill(*[0, 1, 0x7f, 0x80, 0xff].get(self.below(5)).unwrap()),
                _ if bytes.is_empty() => bytes.push(7),
                _ => bytes[place] = u8::try_from(self.below(256)).unwrap(),
            }
        }
    }
}

/// A packet before it is sealed: a length, whether there are causes, and messages of the machine.
fn packet<M: common::Message>(messages: &[M], has_causes: bool) -> Vec<u8> {
    let mut packet = vec![u8::from(has_causes)];
    for message in messages {
        if has_causes {
            packet.extend([7; 8]);
        }
        packet.push(0);
        packet.extend(encode(message).unwrap());
    }
    let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
    [&length[..], &packet].concat()
}

/// Packets with each message alone, with all of them, and with all of them and their causes.
fn packets<M: common::Message>(messages: &[M]) -> Vec<Vec<u8>> {
    let mut all: Vec<_> = messages
        .iter()
        .map(|it| packet(std::slice::from_ref(it), false))
        .collect();
    all.push(packet(messages, false));
    all.push(packet(messages, true));
    all
}

fn from_peers() -> Vec<ToScheduler> {
    let (id, attempt, batch) = (TaskId(0), 1, 7);
    let submit = |index, bytes| {
        let (kind, body) = ("square".to_owned(), vec![7; bytes]);
        let (key, call) = (Key { batch, index }, Call { kind, body });
        ToScheduler::Submit { key, call }
    };
    let (body, message) = (vec![7; 9], "not today".to_owned());
    let version = 3;
    let role = Role::Client;
    vec![
        submit(0, 8),
        submit(1, 3000),
        submit(2, 0),
        ToScheduler::Credit { most: 4 },
        ToScheduler::Started { id, attempt },
        ToScheduler::Heartbeat { held: vec![id; 3] },
        ToScheduler::Done { id, attempt, body },
        ToScheduler::Failed {
            id: TaskId(1),
            attempt,
            message,
        },
        ToScheduler::Release {
            id: TaskId(2),
            attempt,
        },
        ToScheduler::Collect { id },
        ToScheduler::Results { batch, since: 0 },
        ToScheduler::Cancel { id: TaskId(2) },
        ToScheduler::Dead { since: id },
        ToScheduler::Retry { id: TaskId(1) },
        ToScheduler::Status,
        ToScheduler::Batch { batch },
        ToScheduler::CancelBatch { batch },
        ToScheduler::Forget { batch },
        ToScheduler::Hello { version, role },
        ToScheduler::Drain { limit_ms: 9 },
        ToScheduler::Shutdown,
        // More than one frame holds.
        submit(3, 70_000),
    ]
}

fn from_schedulers() -> Vec<FromScheduler> {
    let (id, key, since) = (TaskId(3), Key { batch: 7, index: 1 }, 0);
    let (kind, body, why) = ("square".to_owned(), vec![7; 20], "no".to_owned());
    let outcome = Ok(vec![7; 9]);
    let ended = Ended {
        id,
        index: 1,
        outcome: Err(why.clone()),
    };
    vec![
        FromScheduler::Accepted { id, key },
        FromScheduler::Busy { key },
        FromScheduler::Finished { id, outcome },
        FromScheduler::Unknown { id },
        FromScheduler::Results {
            since,
            next: 1,
            ended: vec![ended; 3],
        },
        FromScheduler::Dead {
            tasks: vec![(id, why.clone()); 2],
        },
        FromScheduler::Status(Status::default()),
        FromScheduler::Batch {
            batch: 7,
            kind: kind.clone(),
            tasks: 1,
            of: 0,
            ended: 0,
        },
        FromScheduler::Lease {
            id,
            attempt: 1,
            call: Call { kind, body },
        },
        FromScheduler::Recorded { id },
        FromScheduler::Revoked { id },
        FromScheduler::Shutdown,
        FromScheduler::Refused { why },
    ]
}

/// The material for inputs.
struct Fuzzer {
    ends: Ends,
    first: Vec<u8>,
    of_peers: Vec<Vec<u8>>,
    of_schedulers: Vec<Vec<u8>>,
    hello: Vec<u8>,
}

impl Fuzzer {
    fn new() -> Self {
        let name = "fuzzer:1".to_owned();
        Self {
            ends: Ends::new().unwrap(),
            first: Ends::first_words(),
            of_peers: packets(&from_peers()),
            of_schedulers: packets(&from_schedulers()),
            hello: encode(&(1_u32, Role::Worker, name)).unwrap(),
        }
    }

    /// A valid packet, changed before or after it is sealed.
    fn sealed(
        &self,
        chance: &mut Chance,
        valid: &[Vec<u8>],
        seal: impl Fn(&[u8], usize) -> Vec<u8>,
    ) -> Vec<u8> {
        // The last three packets are long, so they are chosen less often.
        let most = match chance.below(16) {
            0 => valid.len(),
            _ => valid.len() - 3,
        };
        let mut plain = valid[chance.below(most)].clone();
        let is_inside = chance.below(4) > 0;
        if is_inside {
            chance.change(&mut plain, valid);
        }
        let frame_bytes = match chance.below(4) {
            0 => 1 + chance.below(plain.len() + 1),
            _ => FRAME_BYTES,
        };
        let mut sealed = seal(&plain, frame_bytes.min(FRAME_BYTES));
        if !is_inside {
            chance.change(&mut sealed, valid);
        }
        sealed
    }

    /// Tries one input. Returns the entry that it went to, and whether it was accepted as valid.
    fn try_one(&self, chance: &mut Chance) -> (usize, bool) {
        let ends = &self.ends;
        let entry = chance.below(8);
        match entry {
            0 => {
                let mut words = [&self.first[..], &[70, 0], &[7; 70]].concat();
                chance.change(&mut words, &self.of_peers);
                (0, ends.stranger(&words))
            }
            1 => {
                let mut words = self.first.clone();
                chance.change(&mut words, &self.of_peers);
                (1, ends.answer(&words))
            }
            2 => {
                let hello = [self.hello.clone()];
                let seal = |plain: &[u8], _| ends.sealed_hello(plain);
                let few = [
                    hello[0].clone(),
                    hello[0].clone(),
                    hello[0].clone(),
                    hello[0].clone(),
                ];
                (2, ends.hello(&self.sealed(chance, &few, seal)))
            }
            3 => {
                let seal = |plain: &[u8], most| ends.sealed_by_scheduler(plain, most);
                let words = self.sealed(chance, &self.of_schedulers, seal);
                (3, ends.scheduler(&words).is_ok_and(|messages| messages > 0))
            }
            _ => {
                let seal = |plain: &[u8], most| ends.sealed_by_peer(plain, most);
                let words = self.sealed(chance, &self.of_peers, seal);
                (4, ends.peer(&words).is_ok_and(|(messages, _)| messages > 0))
            }
        }
    }
}

/// Tries all inputs. Returns how many were accepted, and how many were refused, by entry.
fn try_all(fuzzer: &Fuzzer, inputs: u64, seed: u64) -> [[u64; 5]; 2] {
    let mut counts = [[0; 5]; 2];
    for input in 0..inputs {
        let mut chance = Chance(Seeded::new(seed.wrapping_mul(1 << 40).wrapping_add(input)));
        let tried = catch_unwind(AssertUnwindSafe(|| fuzzer.try_one(&mut chance)));
        let (entry, is_taken) = tried.unwrap_or_else(|panic| {
            common::complain(&format!("input {input} of FUZZ_SEED={seed} has panicked"));
            resume_unwind(panic)
        });
        counts[usize::from(!is_taken)][entry] += 1;
    }
    counts
}

#[test]
fn any_bytes_before_the_login_and_after_it_are_messages_or_an_error() {
    let (inputs, seed) = (number("FUZZ_INPUTS", 100_000), number("FUZZ_SEED", 7));
    let fuzzer = Fuzzer::new();
    let most = data_bytes() + MORE_BYTES;
    let all = || try_all(&fuzzer, inputs, seed);
    let [taken, refused] = with_limit(Resource::RLIMIT_DATA, most, all);
    let all = format!("{inputs} inputs of seed {seed}: taken {taken:?}, refused {refused:?}");
    common::say!("{all}");
    for entry in 0..5 {
        assert!(refused[entry] > inputs / 100, "{all}");
        // Before the key is proved, no stranger is let in, and no false scheduler is trusted.
        let least = if entry < 2 {
            0..1
        } else {
            inputs / 100..inputs
        };
        assert!(least.contains(&taken[entry]), "{all}");
    }
}
