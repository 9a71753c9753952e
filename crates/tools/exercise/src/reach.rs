//! Finds paths by which a body could reach its judge: the files and processes of the machine, and the memory
//! of its own process, where the judge's secret is.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use crate::paths::{after_colons, each_word, ends, first_of, first_word, is_sign};

/// Crates whose parts are refused or allowed by their paths. So these words begin a path or do not appear.
const ROOTS: [&str; 2] = ["std", "nix"];

/// Modules of which a body may use nothing. Each is recognized by its name, wherever it is imported from:
/// `fs` is also `smol::fs`.
const CLOSED: [&str; 3] = ["fs", "env", "libc"];

/// Modules of which a body may not use these parts: they take any descriptor by its number, end or find
/// processes, change what a panic does, or reveal where a body runs.
const PARTS: [(&str, &[&str]); 7] = [
    ("UnixStream", &["connect", "connect_addr"]),
    ("child", &["begin", "ends", "line", "parcel", "zygote"]),
    ("lesson", &["family", "stuck"]),
    ("panic", &["set_hook", "take_hook", "update_hook"]),
    ("process", &[]),
    ("smol", &["net"]),
    ("std", &["backtrace", "net", "path"]),
];

/// What a body may use of nix: waits and their limits, signals, and reads and writes of ends that it has.
/// Nothing of this opens a file or looks into memory.
const OF_NIX: [&str; 15] = [
    "nix::Result",
    "nix::errno",
    "nix::poll",
    "nix::sys::select",
    "nix::sys::signal",
    "nix::sys::time",
    "nix::sys::wait",
    "nix::unistd::Pid",
    "nix::unistd::getpid",
    "nix::unistd::getppid",
    "nix::unistd::pipe",
    "nix::unistd::read",
    "nix::unistd::setsid",
    "nix::unistd::sleep",
    "nix::unistd::write",
];

/// Words that may not be inside a macro when a text has macros of its own: such a macro can put the words of
/// its arguments together to a path that is not in the text.
const NOT_IN_MACROS: [&str; 12] = [
    "std", "nix", "smol", "common", "explore", "child", "lesson", "panic", "process", "fs", "env",
    "libc",
];

/// Returns the first path of `part` that could reach the judge and that its reference does not use, and its
/// line in the part.
pub(crate) fn first_refused_path(
    reference: &TokenStream,
    part: &TokenStream,
) -> Option<(String, usize)> {
    let ours = Ours(all_paths(reference));
    let see =
        |before: &[TokenTree], name: &str, rest: &[TokenTree]| ours.refused(before, name, rest);
    first_word(part.clone(), &see).or_else(|| {
        first_of(part.clone(), &["macro_rules"])?;
        in_a_macro(part).or_else(|| put_together(part))
    })
}

/// The paths of the reference.
struct Ours(BTreeSet<String>);

impl Ours {
    fn refused(&self, before: &[TokenTree], name: &str, rest: &[TokenTree]) -> Option<String> {
        if name.starts_with("r#") {
            return Some(format!("the raw name {name}"));
        }
        // A field such as `value.process` passes, but not the range `..fs::read(file)`.
        let dots = before.iter().rev().take_while(|sign| is_sign(sign, '.'));
        if dots.count() == 1 {
            return None;
        }
        let paths = paths(name, rest);
        // After `as` follows a name in an import, and a type in a conversion of a variable.
        let is_renamed = matches!(rest, [TokenTree::Ident(word), TokenTree::Ident(to), ..]
            if word == "as" && !NUMBERS.contains(&&*to.to_string()));
        let is_module = name == "self" || PARTS.iter().any(|(module, _)| *module == name);
        if ROOTS.contains(&name) && paths.is_empty() || is_module && is_renamed {
            return Some(format!("{name} by another name"));
        }
        paths.iter().find_map(|path| self.closed(path))
    }

    /// The part of a path that is refused, if one is.
    fn closed(&self, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split("::").collect();
        let has = |part: &String| self.0.iter().any(|our| begins_with(our, part));
        let part = match &parts[..] {
            ["std" | "nix", "*" | "self" | "$", ..] => path.to_owned(),
            ["nix", ..] if OF_NIX.iter().any(|free| begins_with(path, free)) => return None,
            ["nix", ..] => path.to_owned(),
            _ => {
                let is_open = |part: &&str| CLOSED.contains(part);
                if let Some(index) = parts.iter().position(is_open) {
                    parts[..=index].join("::")
                } else {
                    let pair = parts.windows(2).find(|pair| is_refused(pair[0], pair[1]))?;
                    // Under its own path the reference may use another part of the module. A module of
                    // std is open to a body as soon as the reference uses anything of it.
                    let part = pair.join("::");
                    let is_ours = self.0.iter().any(|our| our.ends_with(&part));
                    let is_open = pair[0] == "std" && has(&part);
                    return (!is_ours && !is_open).then_some(part);
                }
            }
        };
        (!has(&part)).then_some(part)
    }
}

/// Returns whether this part of a module is refused, or may be by the name that a `*` or a macro gives it.
fn is_refused(module: &str, part: &str) -> bool {
    let its = PARTS.iter().find(|(name, _)| *name == module);
    its.is_some_and(|(name, parts)| match *name {
        "process" => part != "id",
        _ => ["*", "$"].contains(&part) || parts.contains(&part),
    })
}

/// Returns whether a path is `beginning` or goes on from there.
fn begins_with(path: &str, beginning: &str) -> bool {
    let rest = path.strip_prefix(beginning);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The paths that begin with this word; none if the word is not followed by `::`.
fn paths(name: &str, rest: &[TokenTree]) -> Vec<String> {
    let ends = after_colons(rest).map_or_else(Vec::new, ends).into_iter();
    ends.map(|end| format!("{name}::{end}")).collect()
}

fn all_paths(text: &TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    each_word(text.clone(), &mut |name, rest| {
        found.extend(paths(name, rest))
    });
    found
}

/// The first word that may not be inside a macro, a definition or a call, and is.
fn in_a_macro(text: &TokenStream) -> Option<(String, usize)> {
    let all: Vec<TokenTree> = text.clone().into_iter().collect();
    all.iter().enumerate().find_map(|(index, token)| {
        let TokenTree::Group(group) = token else {
            return None;
        };
        let is_macro = match &all[..index] {
            [.., sign, TokenTree::Ident(_)] | [.., sign] => is_sign(sign, '!'),
            [] => false,
        };
        if !is_macro {
            return in_a_macro(&group.stream());
        }
        let (word, line) = first_of(group.stream(), &NOT_IN_MACROS)?;
        let what = format!("{word} inside a macro, beside macros of its own,");
        Some((what, line))
    })
}

/// What a macro could put a path together from: a `::` beside a part of the macro, which takes its words from
/// a call, or a part that may be a `::` itself.
fn put_together(text: &TokenStream) -> Option<(String, usize)> {
    let all: Vec<TokenTree> = text.clone().into_iter().collect();
    let is_part = |rest: &[TokenTree]| match rest {
        [dollar, TokenTree::Group(group), ..] if is_sign(dollar, '$') => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let after = rest.get(2..).unwrap_or_default();
            after_colons(&inner).is_some() || after_colons(after).is_some()
        }
        [dollar, _, colon, TokenTree::Ident(kind), ..] if is_sign(dollar, '$') => {
            is_sign(colon, ':') && kind == "tt"
        }
        _ => after_colons(rest).is_some_and(|rest| match rest.first() {
            Some(sign) => is_sign(sign, '$'),
            None => true,
        }),
    };
    (0..all.len()).find_map(|index| match &all[index] {
        token if is_part(&all[index..]) => {
            let what = "a macro that can make a path from the words of its call".to_owned();
            Some((what, token.span().start().line))
        }
        TokenTree::Group(group) => put_together(&group.stream()),
        _ => None,
    })
}

/// The types after an `as` that converts a variable.
pub(crate) const NUMBERS: [&str; 16] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
    "f64", "bool", "char",
];
