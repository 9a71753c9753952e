//! The owner's ends of the two queues: packets go out through one, news come in through the other.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use child::Shelf;
use common::{Message, decode};
use ipc_queue::{GetError, Receiver, Sender};

use crate::wire::{Arguments, News, Packet};

/// Longer arguments lie on the shelf. Two packets of this length fit into the queue.
const LONG_BYTES: usize = 1 << 20;

/// The sending end of the queue of tasks, and the packets that wait for room in it.
pub(crate) struct Outbox {
    /// `None` once every packet has been answered and no other will come: the workers see the end.
    queue: Option<Sender<Packet>>,
    backlog: VecDeque<Packet>,
    /// How many packets have been put into the queue.
    put: u64,
    /// Long arguments, by their first task, until they are answered.
    shelf: Shelf,
}

/// What became of the first packet of the backlog.
pub(crate) enum Sent {
    /// It is in the queue, after this number of others.
    InQueue { place: u32, position: u64 },
    /// It can never be put there, with the reason.
    Never { packet: Packet, why: String },
}

impl Outbox {
    pub(crate) fn new(queue: Sender<Packet>, shelf: Shelf) -> Self {
        Self {
            queue: Some(queue),
            backlog: VecDeque::new(),
            put: 0,
            shelf,
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, packet: Packet) {
        self.backlog.push_back(packet);
    }

    /// Whether there are packets for which the queue has had no room.
    pub(crate) fn has_backlog(&self) -> bool {
        !self.backlog.is_empty()
    }

    /// Puts the first packet of the backlog into the queue; `None` when there is no room, or no
    /// packet. Does not wait.
    #[inline]
    pub(crate) fn send_next(&mut self) -> Option<Sent> {
        let queue = self.queue.as_ref()?;
        let mut packet = self.backlog.pop_front()?;
        if let Arguments::Here(bytes) = &packet.arguments
            && bytes.len() > LONG_BYTES
        {
            if !self.shelf.has_room(bytes.len()) {
                self.backlog.push_front(packet);
                return None;
            }
            match self.shelf.put(packet.first_task, bytes) {
                Ok(place) => packet.arguments = Arguments::OnShelf(place),
                Err(error) => {
                    let why = format!("no room for {} bytes of arguments: {error}", bytes.len());
                    return Some(Sent::Never { packet, why });
                }
            }
        }
        let place = packet.place;
        // It cannot be too long for the queue. If the workers have gone, a turn finds out.
        match queue.try_put(packet) {
            Ok(()) => {
                let position = self.put;
                self.put += 1;
                Some(Sent::InQueue { place, position })
            }
            Err(full) => {
                self.backlog.push_front(full.into_inner());
                None
            }
        }
    }

    /// The packet that begins with this task has been answered.
    #[inline]
    pub(crate) fn answered(&mut self, first_task: u64) {
        self.shelf.free(first_task);
    }

    /// All packets from this position on are in the queue; those before it are not.
    pub(crate) fn first_in_queue(&self) -> u64 {
        self.put - self.queue.as_ref().map_or(0, Sender::len) as u64
    }

    pub(crate) fn is_open(&self) -> bool {
        self.queue.is_some()
    }

    /// Closes the queue; what waits for room in it will not be done.
    pub(crate) fn close(&mut self) {
        self.queue = None;
        self.clear();
    }

    /// What waits here will not be done.
    pub(crate) fn clear(&mut self) {
        self.backlog.clear();
        self.shelf.clear();
    }
}

/// The receiving end of the queue of news, and answers that have come in part.
pub(crate) struct Inbox<R> {
    /// `None` when all processes have gone.
    queue: Option<Receiver<News<R>>>,
    /// By their first task.
    pieces: HashMap<u64, Vec<u8>>,
}

impl<R: Message> Inbox<R> {
    pub(crate) fn new(queue: Receiver<News<R>>) -> Self {
        Self {
            queue: Some(queue),
            pieces: HashMap::new(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.queue.is_some()
    }

    pub(crate) fn close(&mut self) {
        self.queue = None;
    }

    /// The next news that are there. Does not wait.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<News<R>> {
        loop {
            let queue = self.queue.as_ref().filter(|queue| !queue.is_empty())?;
            let news = queue.try_get().ok()?;
            if let Some(whole) = self.whole(news) {
                return Some(whole);
            }
        }
    }

    /// The next news, waiting up to `limit` for them; `Ok(None)` when the time was up.
    ///
    /// # Errors
    /// When no process has the other end any more.
    pub(crate) fn wait(&mut self, limit: Duration) -> Result<Option<News<R>>, Gone> {
        match self.queue.as_ref().ok_or(Gone)?.get_timeout(limit) {
            Ok(news) => Ok(self.whole(news)),
            Err(GetError::Empty | GetError::Decode(_)) => Ok(None),
            Err(_) => Err(Gone),
        }
    }

    /// News that are no piece, or of which this was the last piece.
    #[inline]
    fn whole(&mut self, news: News<R>) -> Option<News<R>> {
        let News::Piece {
            first_task,
            is_last,
            bytes,
        } = news
        else {
            return Some(news);
        };
        self.pieces.entry(first_task).or_default().extend(bytes);
        let bytes = is_last.then(|| self.pieces.remove(&first_task))??;
        // Never an error: a result that cannot be read is a failure, see `wire.rs`.
        decode(&bytes).ok()
    }

    /// The worker that was to send the rest of this answer is dead.
    pub(crate) fn forget_pieces(&mut self, first_task: u64) {
        self.pieces.remove(&first_task);
    }
}

/// All processes that could send have gone.
pub(crate) struct Gone;
