//! Checks whether a source can be explored. With `--cfg explore`, the threads of a story take turns
//! at the stand-ins of `explore::primitives`. The search does not see std's own locks and threads,
//! so it would accept schedules that it has not tried.

use proc_macro2::{TokenStream, TokenTree};

use crate::error::GraftError;
use crate::paths::{after_colons, ends, first_word, is_sign};

/// Items of `std::sync` at which threads do not meet.
const HARMLESS: [&str; 5] = ["Arc", "Weak", "PoisonError", "TryLockError", "LockResult"];

/// Crates that have locks, threads or sleeps without stand-ins.
const OTHERS: [&str; 6] = [
    "crossbeam_channel",
    "libc",
    "multiprocess",
    "nix",
    "parking_lot",
    "rayon",
];

/// Checks that the source, which contains a submission's bodies, names nothing that cannot be
/// explored. A source that does not parse passes, because `graft` has parsed it before.
///
/// # Errors
/// Returns [`GraftError::CannotBeExplored`] with the line of the submission for the first name that
/// cannot be explored.
pub fn explorable(source: &str, submission: &str) -> Result<(), GraftError> {
    // The source was parsed when it was put together.
    let Ok(tokens) = source.parse::<TokenStream>() else {
        return Ok(());
    };
    let is_imported = |_: &[TokenTree], name: &str, rest: &[TokenTree]| {
        let ends = (name == "explore").then(|| after_colons(rest).map(ends))??;
        let mut ends = ends.iter();
        ends.any(|end| end == "primitives::thread_local")
            .then_some(())
    };
    let has_its_own = first_word(tokens.clone(), &is_imported).is_some();
    let named = |before: &[TokenTree], name: &str, rest: &[TokenTree]| {
        let of_std = || (!has_its_own && is_thread_local(before, name, rest)).then_some(OF_STD);
        named(name, rest).or_else(|| of_std().map(str::to_owned))
    };
    match first_word(tokens, &named) {
        None => Ok(()),
        Some((what, line)) => {
            let text = source.lines().nth(line - 1).unwrap_or_default();
            let line = submission.lines().position(|its| its == text);
            let line = line.map_or(1, |line| line + 1);
            Err(GraftError::CannotBeExplored { what, line })
        }
    }
}

/// The name of std's macro when it stands without a path.
const OF_STD: &str = "std's thread_local!";

/// Returns whether these words call `thread_local!` without a path.
fn is_thread_local(before: &[TokenTree], name: &str, rest: &[TokenTree]) -> bool {
    let is_called = rest.first().is_some_and(|sign| is_sign(sign, '!'));
    let has_path = before.last().is_some_and(|sign| is_sign(sign, ':'));
    name == "thread_local" && is_called && !has_path
}

/// The name that this word and the words after it form, if it cannot be explored.
fn named(name: &str, rest: &[TokenTree]) -> Option<String> {
    let is_std = ["std", "core", "alloc"].contains(&name);
    if is_std && matches!(rest, [TokenTree::Ident(word), ..] if word == "as") {
        return Some(format!("{name} by another name"));
    }
    let rest = after_colons(rest)?;
    match name {
        "common" if ends(rest).iter().any(|path| path == "pause") => Some("common::pause".into()),
        _ if OTHERS.contains(&name) => Some(name.to_owned()),
        _ if is_std => {
            let paths = ends(rest).into_iter();
            let mut paths = paths.filter(|path| !is_explorable(path));
            paths.next().map(|path| format!("{name}::{path}"))
        }
        _ => None,
    }
}

/// Returns whether a path in std may be used in a source that is explored.
fn is_explorable(path: &str) -> bool {
    let mut parts = path.split("::");
    match (parts.next(), parts.next(), parts.next()) {
        // Imports all of std, or std itself, under names that this check cannot see.
        (Some("*" | "self" | "$") | None, ..) => false,
        (Some("sync"), Some("atomic"), Some("Ordering")) => true,
        (Some("sync"), Some(item), _) => HARMLESS.contains(&item),
        (Some("sync" | "thread" | "thread_local"), ..) => false,
        // Time passes in an explored run only when the story says so.
        (Some("time"), Some("Instant" | "SystemTime" | "*" | "self") | None, _) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Option<String> {
        let source = format!("fn a() {{\n{body}\n}}\n");
        match explorable(&source, &source) {
            Ok(()) => None,
            Err(GraftError::CannotBeExplored { what, line }) => {
                assert_eq!(line, 2, "{body}");
                Some(what)
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn std_s_own_locks_and_threads_are_found_by_any_name() {
        for (body, what) in [
            (
                "static G: std::sync::Mutex<u8> = todo!();",
                "std::sync::Mutex",
            ),
            (
                "use std::{cmp, sync::{Arc, Mutex as M}};",
                "std::sync::Mutex",
            ),
            ("use ::std::{mem::{self}, thread};", "std::thread"),
            ("core::sync::atomic::fence(o);", "core::sync::atomic::fence"),
            ("use std::sync::atomic::*;", "std::sync::atomic::*"),
            ("use std::sync as s;", "std::sync"),
            ("use std as s;", "std by another name"),
            ("use std::*;", "std::*"),
            ("use std::{self as s};", "std::self"),
            (
                "assert!(std::thread::panicking());",
                "std::thread::panicking",
            ),
            (
                "macro_rules! m { ($a:ident) => { std::$a::spawn } }",
                "std::$",
            ),
            ("parking_lot::Mutex::new(1);", "parking_lot"),
            ("common::pause(limit);", "common::pause"),
            (
                "let begun = std::time::Instant::now();",
                "std::time::Instant::now",
            ),
            ("use std::time::{self, Duration};", "std::time::self"),
            (
                "thread_local! { static MINE: u8 = 1; }",
                "std's thread_local!",
            ),
            ("std::thread_local!(static A: u8 = 1);", "std::thread_local"),
        ] {
            assert_eq!(found(body).as_deref(), Some(what), "{body}");
        }
    }

    #[test]
    fn items_that_are_no_synchronization_can_be_explored() {
        for body in [
            "use std::sync::{Arc, atomic::Ordering}; use std::time::Duration;",
            "use explore::primitives::Instant; let limit: std::time::Duration;",
            "explore::primitives::atomic::AtomicBool::new(true);",
            "explore::primitives::thread_local!(static A: u8 = 1);",
            "use explore::primitives::{Mutex, thread_local}; thread_local!(static A: u8 = 1);",
            "let (std, sync) = (1, a.std); // std::thread",
            "std::mem::swap(&mut a, &mut b); common::say!(\"std::sync::Mutex\");",
        ] {
            assert_eq!(found(body), None, "{body}");
        }
    }
}
