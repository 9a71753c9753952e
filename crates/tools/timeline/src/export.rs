//! Exports a run to files for other programs.

pub(crate) mod chrome;
pub(crate) mod svg;
