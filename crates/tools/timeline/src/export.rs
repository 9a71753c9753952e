//! Files for other programs.

pub(crate) mod chrome;
pub(crate) mod svg;
