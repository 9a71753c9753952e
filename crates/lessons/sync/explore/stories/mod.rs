//! Short stories of threads that meet: six that fail in some schedules, and two that never fail. Each
//! file has only the code of the threads.

use explore::Story;

use crate::worlds;

mod count_to_4;
mod counter;
mod inner_release;
mod lost_update;
mod message_too_late;
mod missed_notify;
mod two_locks;
mod wait_without_loop;

/// All stories; the first is explored when the command line names none.
pub(crate) const STORIES: [Story; 8] = [
    Story {
        name: "lost-update",
        about: "two threads add 1 to a number, without a lock",
        body: || worlds::lost_update::story(lost_update::add_one),
    },
    Story {
        name: "two-locks",
        about: "two locks, taken by one thread as A, B and by the other as B, A",
        body: || worlds::two_locks::story(two_locks::a_to_b, two_locks::b_to_a),
    },
    Story {
        name: "message-too-late",
        about: "a lock's \"released\" is printed after the release",
        body: || worlds::message_too_late::story(message_too_late::add_one),
    },
    Story {
        name: "missed-notify",
        about: "a thread checks a flag, releases its lock, and then waits for a change",
        body: || worlds::missed_notify::story(missed_notify::wait_for_ready),
    },
    Story {
        name: "wait-without-loop",
        about: "a woken thread does not check again",
        body: || worlds::wait_without_loop::story(wait_without_loop::take_one),
    },
    Story {
        name: "inner-release",
        about: "a re-entrant lock that is free after the inner release",
        body: || worlds::inner_release::story(inner_release::acquire, inner_release::release),
    },
    Story {
        name: "counter",
        about: "right: two threads add 1 to a number, under a Lock",
        body: || worlds::counter::story(counter::add_one),
    },
    Story {
        name: "count-to-4",
        about: "right: two threads count to 4 under an RLock, as in the notes",
        body: || worlds::count_to_4::story(count_to_4::count_to_4),
    },
];
