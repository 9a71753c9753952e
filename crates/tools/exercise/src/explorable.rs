//! Whether a text can be explored: with `--cfg explore` the threads of a story take their turns at the
//! stand-ins of `explore::primitives`. What threads do with std's own locks and threads, the search does
//! not see: it would call right what it has not tried.

use proc_macro2::{TokenStream, TokenTree};

use crate::error::GraftError;
use crate::paths::{after_colons, ends, first_word, is_sign};

/// What of std's modules of threads is no place where threads meet.
const HARMLESS: [&str; 5] = ["Arc", "Weak", "PoisonError", "TryLockError", "LockResult"];

/// Crates with locks, threads and sleeps that have no stand-ins.
const OTHERS: [&str; 6] = [
    "crossbeam_channel",
    "libc",
    "multiprocess",
    "nix",
    "parking_lot",
    "rayon",
];

/// Looks whether the source, which has a submission's bodies in it, names nothing that cannot be
/// explored.
///
/// # Errors
/// [`GraftError::CannotBeExplored`], with the line of the submission; [`GraftError::NoSource`] when it
/// is no Rust.
pub fn explorable(source: &str, submission: &str) -> Result<(), GraftError> {
    // It has been parsed when it was put together.
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

/// By its name alone it is std's.
const OF_STD: &str = "std's thread_local!";

/// Whether these words make a value of each thread, by the name of the macro alone.
fn is_thread_local(before: &[TokenTree], name: &str, rest: &[TokenTree]) -> bool {
    let is_called = rest.first().is_some_and(|sign| is_sign(sign, '!'));
    let has_path = before.last().is_some_and(|sign| is_sign(sign, ':'));
    name == "thread_local" && is_called && !has_path
}

/// What is named by this word and what follows it, if it cannot be explored.
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

/// Whether a path in std can be used in what is explored.
fn is_explorable(path: &str) -> bool {
    let mut parts = path.split("::");
    match (parts.next(), parts.next(), parts.next()) {
        // All of std, itself or its parts, by names that are not to be seen.
        (Some("*" | "self" | "$") | None, ..) => false,
        (Some("sync"), Some("atomic"), Some("Ordering")) => true,
        (Some("sync"), Some(item), _) => HARMLESS.contains(&item),
        (Some("sync" | "thread" | "thread_local"), ..) => false,
        // In an explored run time passes when the story says so.
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
