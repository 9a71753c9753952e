//! iceoryx2: a publisher and a subscriber for each direction, in shared memory, polled by both processes.

use std::hint::spin_loop;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs, process};

use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use multiprocess::Process;

use crate::rate::{Rate, rate, scaled};

type Failure = Box<dyn std::error::Error>;
type Message = [u64; 2];

/// The ports of one process: one to publish to, one subscribed to.
struct Ports {
    publisher: Publisher<ipc::Service, Message, ()>,
    subscriber: Subscriber<ipc::Service, Message, ()>,
    _node: Node<ipc::Service>,
}

impl Ports {
    fn open(place: &Place, from: &str, to: &str) -> Result<Self, Failure> {
        set_log_level(LogLevel::Error);
        let node = NodeBuilder::new()
            .config(&place.config()?)
            .create::<ipc::Service>()?;
        let service = |name: &str| -> Result<_, Failure> {
            let service = node.service_builder(&name.try_into()?);
            Ok(service.publish_subscribe::<Message>().open_or_create()?)
        };
        Ok(Self {
            publisher: service(to)?.publisher_builder().create()?,
            subscriber: service(from)?.subscriber_builder().create()?,
            _node: node,
        })
    }

    fn recv(&self) -> Result<Message, Failure> {
        loop {
            match self.subscriber.receive()? {
                Some(sample) => return Ok(*sample),
                None => spin_loop(),
            }
        }
    }
}

/// A message that goes there and back. The waiting side polls without a pause.
pub fn ping_pong() -> Rate {
    let trips = scaled(400_000);
    let place = Place::new();
    let there = place.clone();
    let (mut ready, mut sender) = io::pipe()?;
    // Started before this process opens its own ports, because an iceoryx2 node belongs to one process.
    let echo = move || {
        let ports = Ports::open(&there, "ping", "pong").expect("shared memory can be made");
        sender.write_all(&[1]).expect("the other side waits");
        for _ in 0..=trips {
            let message = ports.recv().expect("the other side publishes");
            ports.publisher.send_copy(message).expect("it subscribes");
        }
    };
    let child = Process::start("echo", echo)?;
    let rate = pings(&place, trips, &mut ready);
    child.join()?;
    place.clear()?;
    rate
}

fn pings(place: &Place, trips: u64, ready: &mut impl Read) -> Rate {
    let ports = Ports::open(place, "pong", "ping")?;
    ready.read_exact(&mut [0])?;
    let started = Instant::now();
    for trip in 0..trips {
        ports.publisher.send_copy([trip, trip])?;
        assert_eq!(ports.recv()?[0], trip);
    }
    let rate = rate(trips, started);
    // The other side needs one more message to end; its answer is not waited for.
    ports.publisher.send_copy([trips, trips])?;
    Ok(rate)
}

/// The folder for the files of one run. iceoryx2 leaves some files there, so no two runs share the folder.
#[derive(Clone)]
struct Place {
    prefix: String,
    root: PathBuf,
}

impl Place {
    fn new() -> Self {
        let prefix = format!("bench-peers-{}-", process::id());
        let root = env::temp_dir().join(&prefix);
        Self { prefix, root }
    }

    fn config(&self) -> Result<Config, Failure> {
        let mut config = Config::default();
        config.global.prefix = self.prefix.as_str().try_into()?;
        let root = self.root.to_string_lossy();
        config.global.set_root_path(&root.as_ref().try_into()?);
        Ok(config)
    }

    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir("/dev/shm")? {
            let entry = entry?;
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with(&self.prefix)
            {
                fs::remove_file(entry.path())?;
            }
        }
        fs::remove_dir_all(&self.root)
    }
}
