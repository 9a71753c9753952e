//! A lane is one line of the timeline: a process, a thread, or a task.
//!
//! Each lane has a name and draws its own random numbers. They are seeded by `--seed`, by that
//! name, and by a number that its maker assigns: so two lanes of one name pause differently, and a
//! run with the same seed pauses in the same places, whatever the scheduler does.

use std::cell::{Cell, RefCell};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::ids::thread_name;
use crate::log::{NAME_BYTES, short};

/// The name of a process, thread or task, with its random numbers.
#[derive(Debug, Default)]
pub struct Lane {
    name: String,
    /// Its origin: a hash of its maker's number, and of how many lanes that had made.
    number: u64,
    made: u64,
    // Made at the first use: most lanes never pause, and a generator is 300 bytes.
    pauses: Option<Box<StdRng>>,
    chaos: Option<Box<StdRng>>,
    /// How many events of this lane could have been disturbed.
    disturbed: u64,
    /// For a task, its fork's number, which differs from those of others with its name; else 0.
    pub(crate) task: u32,
    /// Whether its last event was the begin of a wait.
    pub(crate) waits: bool,
    /// The thing of which it is an inner part, until an event has recorded that.
    pub(crate) inside: String,
}

thread_local! {
    static CURRENT: RefCell<Current> = RefCell::new(Current(Lane::first(thread_name())));

    /// The lane's name, for a destructor of another thread-local that runs after the lane's own. It
    /// has no destructor, so it lasts as long as the thread.
    static LAST_NAME: Cell<LastName> = const { Cell::new(LastName { bytes: [0; NAME_BYTES], len: 0 }) };
}

/// A name as the log writes it.
#[derive(Clone, Copy)]
struct LastName {
    bytes: [u8; NAME_BYTES],
    len: usize,
}

/// The lane of a thread, for as long as the thread has thread-locals.
struct Current(Lane);

impl Drop for Current {
    fn drop(&mut self) {
        let name = short(&self.0.name);
        let mut last = LastName {
            bytes: [0; NAME_BYTES],
            len: name.len(),
        };
        last.bytes[..last.len].copy_from_slice(name.as_bytes());
        LAST_NAME.set(last);
    }
}

impl Lane {
    /// A lane of that name, made by the calling lane. The lane of a child, a thread or a task is
    /// made by its maker, *before* it begins, and the maker counts its lanes: the order in which
    /// they begin to run differs from run to run.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let number = with_current(|maker| {
            maker.made += 1;
            hash((maker.number, maker.made))
        });
        Self {
            number,
            ..Self::first(name)
        }
    }

    /// A lane without a maker: that of a thread for which none was made.
    fn first(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Returns the generator for the lane's pauses.
    pub(crate) fn pauses(&mut self, seed: u64) -> &mut StdRng {
        let seed = hash((seed, self.number, &self.name));
        generator(&mut self.pauses, seed)
    }

    /// Returns the count of events and the generator for the lane's disturbances. It has a stream
    /// of its own, so that `--chaos` does not change the pauses.
    pub(crate) fn chaos(&mut self, seed: u64) -> (&mut u64, &mut StdRng) {
        let seed = hash((!seed, self.number, &self.name));
        let chaos = generator(&mut self.chaos, seed);
        (&mut self.disturbed, chaos)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

fn generator(slot: &mut Option<Box<StdRng>>, seed: u64) -> &mut StdRng {
    slot.get_or_insert_with(|| Box::new(StdRng::seed_from_u64(seed)))
}

fn hash(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Puts the calling thread on a new lane, for good. To be called first in a thread for which no
/// lane was made.
pub fn enter(name: impl Into<String>) {
    let _left = replace(Lane::new(name));
}

/// Puts the calling thread on `lane` and returns the lane it was on: a task calls it around each
/// poll.
pub fn replace(lane: Lane) -> Lane {
    with_current(|current| mem::replace(current, lane))
}

/// Marks the calling lane as an inner part of `thing`, as the supervisor of a pool is: pictures
/// show it with `--detail` only. To be called once; the lane's next event records it.
pub fn belongs_to(thing: &str) {
    with_current(|lane| lane.inside = thing.to_owned());
}

/// Whether the last event recorded on the calling lane begins a wait.
pub(crate) fn waits() -> bool {
    with_current(|lane| lane.waits)
}

/// Calls `look` with the lane of the calling thread; in a destructor of a thread-local, after that
/// lane is gone, with a lane of the same name.
pub(crate) fn with_current<R>(look: impl FnOnce(&mut Lane) -> R) -> R {
    let mut look = Some(look);
    let looked = CURRENT.try_with(|current| {
        let look = look.take().expect("called once");
        look(&mut current.borrow_mut().0)
    });
    looked.unwrap_or_else(|_gone| {
        let last = LAST_NAME.get();
        let name = str::from_utf8(&last.bytes[..last.len]).unwrap_or_default();
        let look = look.take().expect("not called when the lane is gone");
        look(&mut Lane::first(name))
    })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use rand::RngExt;

    use super::*;

    fn draw(lane: &mut Lane, seed: u64) -> [u64; 3] {
        [0; 3].map(|_| lane.pauses(seed).random())
    }

    /// Runs `make` on a new thread, which has made no lane before.
    fn anew<R: Send>(make: impl FnOnce() -> R + Send) -> R {
        thread::scope(|scope| scope.spawn(make).join().unwrap())
    }

    #[test]
    fn a_lane_of_the_same_name_and_seed_draws_the_same_numbers_in_the_next_run() {
        let run = |name, seed| anew(|| draw(&mut Lane::new(name), seed));
        assert_eq!(run("sender", 5), run("sender", 5));
        assert_ne!(run("sender", 5), run("sender", 6));
        assert_ne!(run("sender", 5), run("receiver", 5));
    }

    #[test]
    fn lanes_of_one_name_draw_different_numbers_and_the_same_ones_in_the_next_run() {
        let run = || {
            anew(|| {
                let mut workers = [(); 4].map(|()| Lane::new("worker"));
                // A lane made by one of them, with the same name again.
                let ours = replace(mem::take(&mut workers[0]));
                let below = Lane::new("worker");
                workers[0] = replace(ours);
                let [a, b, c, d] = workers;
                [a, b, c, d, below].map(|mut lane| draw(&mut lane, 7))
            })
        };
        let drawn = run();
        for (place, one) in drawn.iter().enumerate() {
            assert!(!drawn[..place].contains(one), "{drawn:?}");
        }
        assert_eq!(run(), drawn);
    }

    #[test]
    fn a_destructor_of_a_thread_local_is_on_the_lane_of_its_thread() {
        struct Asks(std::sync::mpsc::Sender<String>);
        impl Drop for Asks {
            fn drop(&mut self) {
                let name = with_current(|lane| lane.name().to_owned());
                let _listens = self.0.send(name);
            }
        }
        thread_local!(static ASKS: RefCell<Option<Asks>> = const { RefCell::new(None) });
        let (answers, answer) = std::sync::mpsc::channel();
        // The thread-local that is used first is destroyed last.
        let thread = thread::spawn(move || {
            ASKS.set(Some(Asks(answers)));
            enter("a lane");
        });
        thread.join().unwrap();
        assert_eq!(answer.recv().unwrap(), "a lane");
    }
}
