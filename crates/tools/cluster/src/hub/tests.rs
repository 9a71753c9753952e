//! Peers at a hub, by bare connections.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};

use scheduler::limits::SILENCE_LIMIT;
use scheduler::machine::Rules;
use scheduler::task::{Call, Key as TaskKey};

use super::*;
use crate::key::Key;
use crate::mail::Mail;
use crate::receiving::Receiving;
use crate::sending::Sending;
use crate::{lobby, login};

/// Where it listens, the number of signals that it has got, and its end.
fn hub() -> (SocketAddr, Arc<AtomicU32>, JoinHandle<Result<(), String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (inputs, events) = sync_channel(8);
    lobby::open(listener, Key::none(), inputs).unwrap();
    let machine = Machine::new(Rules::default());
    let asked = Arc::new(AtomicU32::new(0));
    let mut hub = Hub::new(machine, None, None, Duration::ZERO, Arc::clone(&asked));
    let running = thread::spawn(move || hub.run(&events));
    (address, asked, running)
}

#[test]
fn a_peer_of_another_version_is_told_so() {
    let (address, asked, running) = hub();
    let stream = TcpStream::connect(address).unwrap();
    let hello = Hello {
        version: VERSION + 1,
        role: Role::Worker,
        name: "new".to_owned(),
    };
    let noise = login::connect(&stream, &Key::none(), &hello).unwrap();
    let line = Line::new(stream, noise, String::new()).unwrap();
    let told = line.recv::<FromCluster>(Duration::from_secs(10)).unwrap();
    let [FromCluster::Machine(FromScheduler::Refused { why })] = &line.note(told)[..] else {
        panic!("it was not refused");
    };
    assert_eq!(
        *why,
        format!("it speaks version {VERSION}, and not {}", VERSION + 1)
    );
    asked.store(1, Ordering::Relaxed);
    running.join().unwrap().unwrap();
}

/// A connection to a hub of its own that has said who it is.
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

    /// Says it in parts, with a pause after each.
    fn say(&mut self, message: ToScheduler, parts: usize, pause: Duration) {
        self.sending.begin(false);
        let message = ToCluster::Machine(message);
        self.sending.add(None, &message).unwrap();
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

    /// The next packet.
    fn hear(&mut self) -> Vec<FromCluster> {
        loop {
            if let Some(packet) = self.receiving.packet(&self.noise).unwrap() {
                return Mail::read(&packet).unwrap().messages;
            }
            assert!(self.receiving.fill(&self.stream).unwrap(), "it was cut off");
        }
    }
}

/// Longer than a lease on its way, with no heartbeat beside it.
#[test]
fn a_worker_that_sends_a_long_result_slowly_keeps_its_task() {
    let (address, asked, running) = hub();
    let at_once = Duration::ZERO;
    let mut client = Joined::new(address, Role::Client);
    let (key, body) = (TaskKey { batch: 1, index: 0 }, Vec::new());
    let kind = "square".to_owned();
    let call = Call { kind, body };
    client.say(ToScheduler::Submit { key, call }, 1, at_once);
    let mut worker = Joined::new(address, Role::Worker);
    worker.say(ToScheduler::Credit { most: 1 }, 1, at_once);
    let FromCluster::Machine(FromScheduler::Lease { id, attempt, .. }) = worker.hear().remove(0)
    else {
        panic!("no lease");
    };
    worker.say(ToScheduler::Started { id, attempt }, 1, at_once);
    let body = vec![7; 40_000];
    let done = ToScheduler::Done { id, attempt, body };
    worker.say(done, 20, SILENCE_LIMIT / 15);
    let told = worker.hear().remove(0);
    let FromCluster::Machine(FromScheduler::Recorded { .. }) = told else {
        panic!("{told:?}");
    };
    asked.store(1, Ordering::Relaxed);
    running.join().unwrap().unwrap();
}
