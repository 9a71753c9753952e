//! Peers connect to a hub, over bare connections.

use std::io::{ErrorKind, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};

use scheduler::limits::SILENCE_LIMIT;
use scheduler::machine::Rules;
use scheduler::task::{Call, Key as TaskKey};

mod joins;
mod pictures;
mod written;

use super::*;
use crate::key::Key;
use crate::line::Line;
use crate::mail::Mail;
use crate::receiving::Receiving;
use crate::sending::Sending;
use crate::wire::{Hello, VERSION};
use crate::{lobby, login};

const LIMIT: Duration = Duration::from_secs(10);

/// A lobby: its address, and its messages to the hub.
fn lobby() -> (SocketAddr, Receiver<Input>) {
    let (address, _inputs, events) = lobby_and_inputs();
    (address, events)
}

fn lobby_and_inputs() -> (SocketAddr, SyncSender<Input>, Receiver<Input>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (inputs, events) = sync_channel(8);
    lobby::open(listener, Key::none(), inputs.clone()).unwrap();
    (address, inputs, events)
}

fn in_memory(asked: &Arc<AtomicU32>) -> Hub {
    let machine = Machine::new(Rules::default());
    Hub::new(machine, None, None, Duration::ZERO, Arc::clone(asked))
}

/// The address of a hub that runs, the number of its signals, and its thread.
fn hub() -> (SocketAddr, Arc<AtomicU32>, JoinHandle<Result<(), String>>) {
    let (address, events) = lobby();
    let asked = Arc::new(AtomicU32::new(0));
    let mut hub = in_memory(&asked);
    let running = thread::spawn(move || hub.run(&events));
    (address, asked, running)
}

/// A connection that has logged in to a hub.
struct Joined {
    stream: TcpStream,
    noise: snow::StatelessTransportState,
    sending: Sending,
    receiving: Receiving,
}

impl Joined {
    fn new(address: SocketAddr, role: Role) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        let (version, name) = (VERSION, "slow".to_owned());
        let hello = Hello {
            version,
            role,
            name,
        };
        let noise = login::connect(&stream, &Key::none(), &hello).unwrap();
        Self {
            stream,
            noise,
            sending: Sending::after(1),
            receiving: Receiving::after(0),
        }
    }

    /// Sends a message in parts, with a pause after each.
    fn send_one(&mut self, message: ToScheduler, parts: usize, pause: Duration) {
        self.send_all([message], parts, pause);
    }

    fn send_all(
        &mut self,
        messages: impl IntoIterator<Item = ToScheduler>,
        parts: usize,
        pause: Duration,
    ) {
        self.send(messages.into_iter().map(ToCluster::Machine), parts, pause);
    }

    fn send(
        &mut self,
        messages: impl IntoIterator<Item = ToCluster>,
        parts: usize,
        pause: Duration,
    ) {
        self.sending.begin(false);
        for message in messages {
            self.sending.add(None, &message).unwrap();
        }
        let stream = &self.stream;
        let write = |bytes: &[u8]| {
            for part in bytes.chunks(bytes.len().div_ceil(parts).max(1)) {
                (&mut &*stream).write_all(part).unwrap();
                thread::sleep(pause);
            }
            Ok(())
        };
        self.sending.seal(&self.noise, write).unwrap();
    }

    /// The next packet after the welcome.
    fn recv(&mut self) -> Vec<FromCluster> {
        loop {
            if let Some(packet) = self.receiving.packet(&self.noise).unwrap() {
                let messages = Mail::read(&packet).unwrap().messages;
                if let [FromCluster::Welcome { .. }] = messages[..] {
                    continue;
                }
                return messages;
            }
            let read = self.receiving.fill(&self.stream, Duration::MAX);
            assert!(read.unwrap(), "it was cut off");
        }
    }
}

fn receives_nothing(peer: &Joined) -> bool {
    let limit = Some(Duration::from_millis(50));
    peer.stream.set_read_timeout(limit).unwrap();
    let peeked = peer.stream.peek(&mut [0]).map_err(|error| error.kind());
    peer.stream.set_read_timeout(Some(LIMIT)).unwrap();
    peeked == Err(ErrorKind::WouldBlock)
}

fn task(index: u32) -> ToScheduler {
    task_with(index, Vec::new())
}

fn task_with(index: u32, body: Vec<u8>) -> ToScheduler {
    let kind = "square".to_owned();
    let (key, call) = (TaskKey { batch: 1, index }, Call { kind, body });
    ToScheduler::Submit { key, call }
}

#[test]
fn the_first_tasks_of_a_long_packet_are_accepted_before_the_last_are_looked_at() {
    let (address, asked, running) = hub();
    let mut client = Joined::new(address, Role::Client);
    let count = u32::try_from(MOST_UNANSWERED).unwrap() + 9;
    client.send_all((0..count).map(task), 1, Duration::ZERO);
    assert_eq!(client.recv().len(), MOST_UNANSWERED);
    assert_eq!(client.recv().len(), 9);
    asked.store(1, Ordering::Relaxed);
    running.join().unwrap().unwrap();
}

/// Otherwise it would be lent tasks that it never gets, until the end of its connection is noticed.
#[test]
fn of_a_worker_that_is_cut_off_in_the_middle_of_its_packet_nothing_more_is_heard() {
    let (address, events) = lobby();
    let mut hub = in_memory(&Arc::default());
    let take_in = |hub: &mut Hub| {
        hub.take_in(events.recv().unwrap()).unwrap();
        hub.carry_out().unwrap();
    };
    let mut worker = Joined::new(address, Role::Worker);
    worker.send_all(
        [task(0), ToScheduler::Credit { most: 1 }],
        1,
        Duration::ZERO,
    );
    (0..2).for_each(|_| take_in(&mut hub));
    assert_eq!(hub.status().leased, 1);
    // Its heartbeats do not name the task.
    for _ in 1..SILENCE_LIMIT.as_secs() {
        hub.now += HEARTBEAT;
        let held = Vec::new();
        worker.send_all([ToScheduler::Heartbeat { held }], 1, Duration::ZERO);
        take_in(&mut hub);
    }
    assert_eq!(hub.status().leased, 1);
    hub.now += HEARTBEAT;
    let before = std::iter::repeat_n(ToScheduler::Status, MOST_UNANSWERED);
    let all = before.chain([ToScheduler::Credit { most: 1 }]);
    worker.send_all(all, 1, Duration::ZERO);
    take_in(&mut hub);
    assert_eq!((hub.status().ready, hub.status().leased), (1, 0));
}

#[test]
fn a_worker_that_waits_for_nothing_is_answered_after_the_others() {
    let (address, events) = lobby();
    let mut hub = in_memory(&Arc::default());
    let roles = [Role::Worker, Role::Client, Role::Worker];
    let _peers = roles.map(|role| {
        let peer = Joined::new(address, role);
        hub.take_in(events.recv().unwrap()).unwrap();
        peer
    });
    let (id, attempt) = (scheduler::TaskId(0), 1);
    let (kind, body) = (String::new(), Vec::new());
    let call = Call { kind, body };
    let recorded = FromScheduler::Recorded { id };
    let lease = FromScheduler::Lease { id, attempt, call };
    let (since, next, ended) = (0, 1, Vec::new());
    let results = FromScheduler::Results { since, next, ended };
    let messages = [vec![recorded.clone()], vec![results], vec![recorded, lease]];
    let messages = messages.map(|all| all.into_iter().map(FromCluster::Machine).collect());
    let peers: Vec<Peer> = hub.links.keys().copied().collect();
    let mail = peers.iter().copied().zip(messages).collect();
    let in_turn: Vec<Peer> = hub
        .in_turn(mail)
        .into_iter()
        .map(|(peer, _)| peer)
        .collect();
    assert_eq!(in_turn, [peers[2], peers[1], peers[0]]);
}

/// Sending the result takes longer than a lease, and no heartbeat can be sent meanwhile.
#[test]
fn a_worker_that_sends_a_long_result_slowly_keeps_its_task() {
    let (address, asked, running) = hub();
    let at_once = Duration::ZERO;
    let mut client = Joined::new(address, Role::Client);
    client.send_one(task(0), 1, at_once);
    let mut worker = Joined::new(address, Role::Worker);
    worker.send_one(ToScheduler::Credit { most: 1 }, 1, at_once);
    let FromCluster::Machine(FromScheduler::Lease { id, attempt, .. }) = worker.recv().remove(0)
    else {
        panic!("no lease");
    };
    worker.send_one(ToScheduler::Started { id, attempt }, 1, at_once);
    let body = vec![7; 40_000];
    let done = ToScheduler::Done { id, attempt, body };
    worker.send_one(done, 20, SILENCE_LIMIT / 15);
    let answer = worker.recv().remove(0);
    let FromCluster::Machine(FromScheduler::Recorded { .. }) = answer else {
        panic!("{answer:?}");
    };
    asked.store(1, Ordering::Relaxed);
    running.join().unwrap().unwrap();
}

/// Two clients hand in the same batch, and neither knew of the other when it began.
#[test]
fn a_client_that_was_refused_a_task_adds_no_other_one_to_the_batch() {
    let (address, events) = lobby();
    let mut hub = in_memory(&Arc::default());
    let mut take_in = || {
        hub.take_in(events.recv().unwrap()).unwrap();
        hub.carry_out().unwrap();
        hub.status().ready
    };
    let mut first = Joined::new(address, Role::Client);
    first.send_all((0..2).map(task), 1, Duration::ZERO);
    assert_eq!([take_in(), take_in()], [0, 2]);
    let mut second = Joined::new(address, Role::Client);
    let others = (1..5).map(|index| task_with(index, vec![7]));
    second.send_all(others, 1, Duration::ZERO);
    assert_eq!([take_in(), take_in()], [2, 2]);
    let answers = second.recv();
    let [FromCluster::Machine(FromScheduler::Refused { why })] = &answers[..] else {
        panic!("{answers:?}");
    };
    assert!(why.contains("another task with number 1"), "{why}");
}

#[test]
fn a_client_with_another_number_of_tasks_than_the_batch_has_adds_none() {
    let (address, events) = lobby();
    let mut hub = in_memory(&Arc::default());
    let mut take_in = || {
        hub.take_in(events.recv().unwrap()).unwrap();
        hub.carry_out().unwrap();
        hub.status().ready
    };
    let expect = |tasks| ToCluster::Expect { batch: 1, tasks };
    let (mut answers, mut clients) = (Vec::new(), Vec::new());
    for tasks in [2, 3, 2] {
        let mut client = Joined::new(address, Role::Client);
        let all = (0..tasks).map(|index| ToCluster::Machine(task(index)));
        let all = std::iter::once(expect(tasks.into())).chain(all);
        client.send(all, 1, Duration::ZERO);
        let _joined = take_in();
        assert_eq!(take_in(), 2, "{tasks}");
        answers.push(client.recv());
        // Kept open: its end would be the next event.
        clients.push(client);
    }
    assert_eq!((answers[0].len(), answers[2].len()), (2, 2));
    let [FromCluster::Machine(FromScheduler::Refused { why })] = &answers[1][..] else {
        panic!("{:?}", answers[1]);
    };
    assert!(why.contains("with 2 tasks, and not with 3"), "{why}");
}

#[test]
fn long_answers_are_passed_on_before_many_of_them_wait_and_a_picture_is_given_once_a_turn() {
    let (address, events) = lobby();
    let mut hub = in_memory(&Arc::default());
    let mut client = Joined::new(address, Role::Client);
    let id = scheduler::TaskId(0);
    let (attempt, body) = (1, vec![7; 64 << 10]);
    client.send_all(
        [task(0), ToScheduler::Done { id, attempt, body }],
        1,
        Duration::ZERO,
    );
    let collect = std::iter::repeat_n(ToScheduler::Collect { id }, MOST_UNANSWERED - 9);
    client.send_all(collect, 1, Duration::ZERO);
    client.send((0..9).map(|_| ToCluster::Overview), 1, Duration::ZERO);
    // Meanwhile the client reads none of the answers.
    for _ in 0..3 {
        hub.take_in(events.recv().unwrap()).unwrap();
    }
    assert!(hub.pending.len() < 50, "{} answers wait", hub.pending.len());
    hub.take_in(events.recv().unwrap()).unwrap();
    assert_eq!(hub.overviews.len(), 1);
}
