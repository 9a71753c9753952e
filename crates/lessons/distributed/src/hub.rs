//! The scheduler's connections: two threads for each, one that reads and one that writes, around
//! one loop that decides. Each thing that happens reaches the loop as an [`Input`].

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use scheduler::connection::{Connection, ConnectionError, Unnoted};
use scheduler::limits::{GRACE, HELLO_LIMIT, SILENCE_LIMIT};
use scheduler::machine::{Effect, Event, Machine, Peer, Rules};
use scheduler::outbox::Outbox;
use scheduler::wire::{FromScheduler, Role, ToScheduler, VERSION};

/// The most peers connected at a time; one more is refused if none is idle. Each costs two threads.
pub const MOST_CONNECTIONS: usize = 64;

/// How many messages may wait for a peer that does not read; one more, and it is cut off. More than
/// a worker's credit, [`most_credit`](crate::machine::Rules::most_credit).
const OUTBOX: usize = 64;

/// How often the threads check whether they are still needed, and the loop whether peers are alive.
const TICK: Duration = Duration::from_millis(100);

/// An event for the loop.
enum Input {
    Connected(TcpStream, SocketAddr),
    Came(Peer, Unnoted<ToScheduler>),
    Ended(Peer),
}

/// One connected peer.
struct Link<'scope> {
    connection: Arc<Connection>,
    outbox: Outbox<'scope>,
    /// The role in its `Hello`; `None` until that has come.
    role: Option<Role>,
    /// Whether it has sent anything after its `Hello`.
    has_asked: bool,
    /// The time of its last message, or of its connection.
    last_message: Duration,
}

/// The state of the loop.
pub(crate) struct Hub<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    inputs: SyncSender<Input>,
    machine: Machine,
    /// How long the loop has run.
    now: Duration,
    links: BTreeMap<Peer, Link<'scope>>,
    connected: u64,
    /// When the scheduler was asked to end.
    ended: Option<Instant>,
}

/// Serves all peers that connect. Blocks until the scheduler has been asked to end and its workers
/// have hung up, or [`GRACE`] is over.
pub(crate) fn serve(listener: &TcpListener) -> io::Result<()> {
    // With a timeout `accept` returns now and then, so no event has to wake it.
    TcpStream::from(OwnedFd::from(listener.try_clone()?)).set_read_timeout(Some(TICK))?;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let (inputs, events) = sync_channel(OUTBOX);
        let (accepted, is_over) = (inputs.clone(), &is_over);
        let accepting = move || accept_all(listener, &accepted, is_over);
        thread::Builder::new().spawn_scoped(scope, accepting)?;
        let mut hub = Hub {
            scope,
            inputs,
            machine: Machine::new(Rules {
                is_volatile: true,
                ..Rules::default()
            }),
            now: Duration::ZERO,
            links: BTreeMap::new(),
            connected: 0,
            ended: None,
        };
        hub.run(&events);
        is_over.store(true, Ordering::Relaxed);
        Ok(())
    })
}

/// Passes on each new connection. An error concerns one connection, or is temporary (no descriptor
/// is free): the thread tries again a little later, as long as the scheduler lives.
fn accept_all(listener: &TcpListener, inputs: &SyncSender<Input>, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        match listener.accept() {
            Ok((stream, from)) => {
                if inputs.send(Input::Connected(stream, from)).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => thread::sleep(TICK / 10),
        }
    }
}

impl<'scope> Hub<'scope, '_> {
    fn run(&mut self, events: &Receiver<Input>) {
        let mut looked = Instant::now();
        while !self.is_over() {
            common::life::idles();
            let event = events.recv_timeout(self.ended.map_or(TICK, |_| TICK / 50));
            // If we were stopped meanwhile, heartbeats wait to be read: that time does not count.
            self.now += looked.elapsed().min(2 * TICK);
            looked = Instant::now();
            match event {
                Ok(Input::Connected(stream, from)) => self.connect(stream, from),
                Ok(Input::Came(peer, message)) => self.came(peer, message),
                Ok(Input::Ended(peer)) => {
                    self.drop_link(peer);
                    self.handle(Event::Gone(peer));
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            let timer = self.machine.next_timer();
            if timer.is_some_and(|timer| timer <= self.now) {
                self.handle(Event::Tick);
            }
            self.drop_the_silent();
        }
        // Wakes the threads that read, so that they end.
        let links = self.links.values();
        links.for_each(|link| link.connection.hang_up());
    }

    fn is_over(&self) -> bool {
        self.ended.is_some_and(|ended| {
            let is_due = |link: &Link| link.role == Some(Role::Worker) || !link.outbox.is_written();
            ended.elapsed() >= GRACE || !self.links.values().any(is_due)
        })
    }

    fn connect(&mut self, stream: TcpStream, from: SocketAddr) {
        let Ok(connection) = Connection::accepted(stream, from).map(Arc::new) else {
            return; // Gone already.
        };
        if self.ended.is_some() {
            return refuse(&connection, "the scheduler has ended");
        }
        if self.links.len() >= MOST_CONNECTIONS && !self.make_room() {
            let why = format!("{MOST_CONNECTIONS} are connected, and it serves no more at a time");
            return refuse(&connection, &why);
        }
        let peer = Peer(self.connected);
        self.connected += 1;
        if let Err(error) = self.start_threads(peer, &connection) {
            refuse(&connection, &format!("it has no thread left: {error}"));
        }
    }

    fn start_threads(&mut self, peer: Peer, connection: &Arc<Connection>) -> io::Result<()> {
        let (reading, inputs) = (Arc::clone(connection), self.inputs.clone());
        let read = move || read_all(peer, &reading, &inputs);
        thread::Builder::new().spawn_scoped(self.scope, read)?;
        let link = Link {
            connection: Arc::clone(connection),
            outbox: Outbox::start(self.scope, Arc::clone(connection), OUTBOX)?,
            role: None,
            has_asked: false,
            last_message: self.now,
        };
        self.links.insert(peer, link);
        Ok(())
    }

    /// Drops the oldest idle peer, if there is one: a worker without heartbeats, or a client that
    /// has asked for nothing yet. (A client that has asked keeps its place until it hangs up.)
    fn make_room(&mut self) -> bool {
        let is_idle = |link: &Link| match link.role {
            Some(Role::Worker) => self.now >= link.last_message + SILENCE_LIMIT,
            _ => !link.has_asked,
        };
        let mut idle = self.links.iter().filter(|(_, link)| is_idle(link));
        let oldest = idle.next().map(|(&peer, _)| peer);
        oldest.inspect(|&peer| self.drop_link(peer)).is_some()
    }

    fn came(&mut self, peer: Peer, message: Unnoted<ToScheduler>) {
        let Some(link) = self.links.get_mut(&peer) else {
            return; // Cut off meanwhile.
        };
        link.last_message = self.now;
        match (link.connection.note(message), link.role) {
            (ToScheduler::Hello { version, role }, None) if version == VERSION => {
                link.role = Some(role);
            }
            (message, None) => {
                let why = match message {
                    ToScheduler::Hello { version, .. } => {
                        format!("it speaks version {VERSION}, and not {version}")
                    }
                    _ => "its first message was no Hello".to_owned(),
                };
                self.send_last(peer, &FromScheduler::Refused { why });
            }
            (message, Some(_)) => {
                link.has_asked = true;
                self.handle(Event::Received(peer, message));
            }
        }
    }

    /// Sends the last message. The peer then hangs up; if it does not, it is dropped as silent.
    fn send_last(&mut self, peer: Peer, message: &FromScheduler) {
        self.send(peer, message);
        if let Some(link) = self.links.get_mut(&peer) {
            link.outbox.finish();
        }
    }

    fn handle(&mut self, event: Event) {
        for effect in self.machine.step(self.now, event) {
            match effect {
                // Everything is in memory here, and is lost with this process.
                Effect::Keep(_) => {}
                Effect::Send(to, message) => self.send(to, &message),
                Effect::HangUp(peer) => self.drop_link(peer),
                Effect::Shutdown => self.end(),
            }
        }
    }

    fn send(&self, to: Peer, message: &FromScheduler) {
        if let Some(link) = self.links.get(&to) {
            link.outbox.put(message);
        }
    }

    /// Tells every peer that the scheduler ends. Messages that were sent before still arrive, and
    /// messages of the workers are still received until they hang up.
    fn end(&mut self) {
        self.ended.get_or_insert_with(Instant::now);
        for peer in Vec::from_iter(self.links.keys().copied()) {
            self.send_last(peer, &FromScheduler::Shutdown);
        }
    }

    /// Drops new peers that do not send a `Hello` in time. A client that has sent one may stay silent.
    fn drop_the_silent(&mut self) {
        let is_silent = |it: &Link| it.role.is_none() && self.now >= it.last_message + HELLO_LIMIT;
        let silent = self.links.iter().filter(|(_, link)| is_silent(link));
        let silent: Vec<Peer> = silent.map(|(&peer, _)| peer).collect();
        silent.into_iter().for_each(|peer| self.drop_link(peer));
    }

    /// Its reader then ends and reports that: no step of the machine runs among the effects of another.
    fn drop_link(&mut self, peer: Peer) {
        let link = self.links.remove(&peer);
        link.inspect(|link| link.connection.hang_up());
    }
}

/// Sends the reason, and closes. A new connection has room for a short message: this does not block.
fn refuse(connection: &Connection, why: &str) {
    let why = why.to_owned();
    let _gone = connection.send_within(&FromScheduler::Refused { why }, TICK);
    connection.close();
}

/// Passes on the peer's messages, until its connection ends.
fn read_all(peer: Peer, connection: &Connection, inputs: &SyncSender<Input>) {
    loop {
        match connection.recv_unnoted(SILENCE_LIMIT) {
            Ok(message) => {
                if inputs.send(Input::Came(peer, message)).is_err() {
                    return; // The loop is over.
                }
            }
            Err(ConnectionError::Timeout(_)) => {}
            Err(_) => break,
        }
    }
    let _over = inputs.send(Input::Ended(peer));
}
