//! The scheduler of the lesson `distributed` as a service: accepted tasks are on disk, peers
//! without the key are kept out, and peers may be on other machines.
//!
//! A program with its own kinds of tasks calls [`main`] with other [`Kinds`]; see
//! `examples/own-kinds.rs`. A program that hands tasks in uses [`Cluster`].
//!
//! Built from: [`scheduler::machine`] (who does what, as a pure function), `SQLite` (`store`),
//! Noise (`login` and `line`), and std's TCP and threads. Read `hub` first: it takes messages in,
//! commits what they change, and only then answers.

#![forbid(unsafe_code)]

mod arguments;
#[cfg(feature = "rabbitmq")]
mod broker;
mod client;
mod collection;
mod command;
mod connect;
#[doc(hidden)]
pub mod fuzzing;
mod help;
mod hub;
mod key;
mod kinds;
mod line;
mod line_error;
mod lobby;
mod login;
mod mail;
mod outbox;
mod overview;
mod page;
mod peer;
mod printing;
mod program;
mod progress;
mod rate;
mod receiving;
mod room;
mod sending;
mod signals;
mod store;
mod submission;
mod tasks;
mod wire;
mod worker;

use std::process::ExitCode;

pub use kinds::Kinds;
pub use program::Cluster;

/// The whole program, with these kinds of tasks: reads the command line and runs its command.
/// Blocks until the command has ended.
#[must_use]
pub fn main(kinds: Kinds) -> ExitCode {
    common::let_writes_fail();
    let command = match arguments::read(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            common::complain(&format!("cluster: {error}; --help lists the commands"));
            return ExitCode::from(2);
        }
    };
    let done = command::obey(command, kinds);
    let done = match (done, common::end()) {
        (Ok(_), Some(failure)) => Err(failure),
        (done, _) => done,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            common::complain(&format!("cluster: {}", common::clean(&error)));
            ExitCode::FAILURE
        }
    }
}
