//! Reads the lines of a file into a [`Run`](crate::Run), in the order of time.

pub(crate) mod error;
mod read;
mod settle;
