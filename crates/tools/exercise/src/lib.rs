//! Exercises: what a lesson assigns, how a body is taken out of its source, and how a student's
//! body is put into a fresh copy of it.
//!
//! A lesson's crate declares its exercises in `exercises.toml` ([`Manifest`]). The source carries no
//! marks: a function is found by its path (`Receiver::iter`), with Rust's own grammar, and everything
//! outside of its braces stays as it is, comments and layout included.
//!
//! ```text
//!   reference  --cut-->    handout: the body is a stub
//!   submission --graft-->  reference with the student's body, and with nothing else of theirs
//! ```

mod cut;
mod depth;
mod error;
mod explorable;
mod graft;
mod helpers;
mod imports;
mod left_out;
mod manifest;
mod methods;
mod mutants;
mod outside;
mod paths;
mod reach;
mod recorder;
mod refuse;
mod source;
mod without_tests;

pub use cut::{CutError, cut};
pub use error::GraftError;
pub use explorable::explorable;
pub use graft::graft;
pub use left_out::left_out;
pub use manifest::{Exercise, Hole, Kind, Manifest, ManifestError};
pub use mutants::{Mutant, mutants};
pub use outside::{Part, outside};
pub use source::{Function, NoSource, functions};
