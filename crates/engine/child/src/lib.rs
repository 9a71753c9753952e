//! What a parent and its children have in common: the ends of pipes that a child is given
//! ([`End`]), memory that they share ([`Mapping`], [`Shared`]), packets that arrive whole
//! ([`parcel`]), and a process as a descriptor ([`pidfd`]).
//!
//! Lessons stand on it, and none teaches it: `multiprocess` starts the children, `ring` carries
//! their messages.

pub mod ends;
mod mapping;
pub mod parcel;
pub mod pidfd;

pub use ends::{End, generation, hand_on_shared_ends};
pub use mapping::{Mapping, Shareable, Shared};
