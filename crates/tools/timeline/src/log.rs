//! From the lines of a file to a [`Run`](crate::Run) in the order of time.

pub(crate) mod error;
mod read;
mod settle;
