//! The worlds of the stories: the locks that threads meet at, the threads themselves, and what has
//! to hold at the end. What the threads do is given to each world: it judges any functions.

pub(crate) mod count_to_4;
pub(crate) mod counter;
pub(crate) mod inner_release;
pub(crate) mod lost_update;
pub(crate) mod message_too_late;
pub(crate) mod missed_notify;
pub(crate) mod two_locks;
pub(crate) mod wait_without_loop;
