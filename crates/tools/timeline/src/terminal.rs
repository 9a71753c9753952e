//! Pictures for the terminal.

mod canvas;
mod heading;
pub(crate) mod lanes;
pub(crate) mod screen;
mod signs;
pub(crate) mod steps;
