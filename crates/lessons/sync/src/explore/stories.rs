//! Short stories of threads that meet: six that go wrong if the turns fall badly, and two that
//! never do.

mod count_to_4;
mod counter;
mod inner_release;
mod lost_update;
mod message_too_late;
mod missed_notify;
mod two_locks;
mod wait_without_loop;

use super::attempt::Body;

/// A story that can be explored.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// What it is called on the command line; its file is called the same.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// The story.
    pub body: Body,
}

/// All of them; the first is told to whoever does not choose.
pub const STORIES: [Story; 8] = [
    Story {
        name: "lost-update",
        about: "two threads add 1 to a number, without a lock",
        body: lost_update::story,
    },
    Story {
        name: "two-locks",
        about: "two locks, taken by one thread as A, B and by the other as B, A",
        body: two_locks::story,
    },
    Story {
        name: "message-too-late",
        about: "a lock's \"released\" is told after the release",
        body: message_too_late::story,
    },
    Story {
        name: "missed-notify",
        about: "a thread looks at a flag, lets go of it, and then waits for its change",
        body: missed_notify::story,
    },
    Story {
        name: "wait-without-loop",
        about: "a thread that was woken does not look again",
        body: wait_without_loop::story,
    },
    Story {
        name: "inner-release",
        about: "a re-entrant lock that is given up at the inner release",
        body: inner_release::story,
    },
    Story {
        name: "counter",
        about: "right: two threads add 1 to a number, under a Lock",
        body: counter::story,
    },
    Story {
        name: "count-to-4",
        about: "right: two threads count to 4 under an RLock, as in the notes",
        body: count_to_4::story,
    },
];

/// Runs each in a thread of its own, `Thread_1` and so on, until all have ended.
fn together(threads: &[&(dyn Fn() + Sync)]) {
    shuttle::thread::scope(|scope| {
        for thread in threads {
            scope.spawn(*thread);
        }
    });
}

/// Tells a step of the calling thread: it stands in its lane.
macro_rules! tell {
    ($($part:tt)*) => { crate::explore::log::tell(format_args!($($part)*)) };
}
use tell;
