//! Whether a text can be explored: with `--cfg explore` the threads of a story take their turns at the
//! stand-ins of `explore::primitives`. What threads do with std's own locks and threads, the search does
//! not see: it would call right what it has not tried.

use proc_macro2::{TokenStream, TokenTree};

use crate::graft::GraftError;

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
    match first_in(tokens) {
        None => Ok(()),
        Some((what, line)) => {
            let text = source.lines().nth(line - 1).unwrap_or_default();
            let line = submission.lines().position(|its| its == text);
            let line = line.map_or(1, |line| line + 1);
            Err(GraftError::CannotBeExplored { what, line })
        }
    }
}

/// The first that a text names, and its line.
fn first_in(tokens: TokenStream) -> Option<(String, usize)> {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in all.iter().enumerate() {
        let found = match token {
            TokenTree::Group(group) => first_in(group.stream()),
            TokenTree::Ident(name) => {
                let found = named(&name.to_string(), &all[place + 1..]);
                found.map(|what| (what, name.span().start().line))
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// What is named by this word and what follows it, if it cannot be explored.
fn named(name: &str, rest: &[TokenTree]) -> Option<String> {
    let is_std = ["std", "core", "alloc"].contains(&name);
    if is_std && matches!(rest, [TokenTree::Ident(word), ..] if word == "as") {
        return Some(format!("{name} by another name"));
    }
    let [one, other, rest @ ..] = rest else {
        return None;
    };
    if !(is_sign(one, ':') && is_sign(other, ':')) {
        return None;
    }
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
        (Some("sync" | "thread"), ..) => false,
        _ => true,
    }
}

/// The ends of the paths that begin here: of `sync::{Arc, Mutex}` `sync::Arc` and `sync::Mutex`.
fn ends(rest: &[TokenTree]) -> Vec<String> {
    match rest {
        [TokenTree::Group(group), ..] => {
            let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
            let parts = tokens.split(|token| is_sign(token, ','));
            parts.flat_map(ends).collect()
        }
        [TokenTree::Ident(part), one, other, rest @ ..]
            if is_sign(one, ':') && is_sign(other, ':') =>
        {
            let inner = ends(rest).into_iter();
            inner.map(|end| format!("{part}::{end}")).collect()
        }
        [TokenTree::Ident(part), ..] => vec![part.to_string()],
        [sign, ..] => vec![sign.to_string()],
        [] => Vec::new(),
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
        ] {
            assert_eq!(found(body).as_deref(), Some(what), "{body}");
        }
    }

    #[test]
    fn what_is_no_meeting_of_threads_can_be_explored() {
        for body in [
            "use std::sync::{Arc, atomic::Ordering}; use std::time::{Duration, Instant};",
            "explore::primitives::atomic::AtomicBool::new(true);",
            "let (std, sync) = (1, a.std); // std::thread",
            "std::mem::swap(&mut a, &mut b); common::say!(\"std::sync::Mutex\");",
        ] {
            assert_eq!(found(body), None, "{body}");
        }
    }
}
