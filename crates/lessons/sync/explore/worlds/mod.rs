//! The worlds of the stories: the locks that the threads share, the threads themselves, and a check
//! at the end. Each world takes what its threads do as functions, so it can judge any solution.

pub(crate) mod count_to_4;
pub(crate) mod counter;
pub(crate) mod inner_release;
pub(crate) mod lost_update;
pub(crate) mod message_too_late;
pub(crate) mod missed_notify;
pub(crate) mod two_locks;
pub(crate) mod wait_without_loop;
