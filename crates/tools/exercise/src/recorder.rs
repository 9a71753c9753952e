//! The words by which a body could speak to its judge: what writes the log of a run, and what tells that
//! a run is looked at. The log is a witness, so a body may print lines and move messages, and no more.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use crate::paths::{after_colons, ends, first_word, is_sign};

/// What a body may take of the crate with the recorder.
const OF_COMMON: [&str; 16] = [
    "say",
    "complain",
    "pid",
    "ppid",
    "thread_name",
    "pause",
    "paced",
    "next_pause",
    "turns",
    "panic_text",
    "end_of_panic",
    "Message",
    "encode",
    "decode",
    "EncodeError",
    "DecodeError",
];

/// Modules, with their crates: what is in them is meant by their names, wherever these are imported.
const MODULES: [(&str, &str); 5] = [
    ("common", "frame"),
    ("common", "lane"),
    ("common", "life"),
    ("common", "log"),
    ("explore", "primitives"),
];

fn crate_of(module: &str) -> Option<&'static str> {
    let mut its = MODULES.iter().filter(|(_, name)| *name == module);
    its.next().map(|(of, _)| *of)
}

/// The first word of `part` that its reference does not use and that speaks to the judge, and its line
/// in the part.
pub(crate) fn speaks_to_its_judge(
    reference: &TokenStream,
    part: TokenStream,
) -> Option<(String, usize)> {
    let known = Known::of(reference);
    first_word(part, &|before, name, rest| {
        known.refused(before, name, rest)
    })
}

/// What the reference has.
struct Known {
    /// Its paths into the two crates, and into modules of these.
    paths: BTreeSet<String>,
    has_cfg: bool,
}

impl Known {
    fn of(reference: &TokenStream) -> Self {
        let mut known = Self {
            paths: BTreeSet::new(),
            has_cfg: false,
        };
        let seen = std::cell::RefCell::new(&mut known);
        let _all = first_word::<()>(reference.clone(), &|_, name, rest| {
            let mut known = seen.borrow_mut();
            let paths = paths(name, rest);
            known
                .paths
                .extend(paths.into_iter().map(|path| of_item(&path)));
            known.has_cfg |= is_cfg(name, rest).is_some();
            None
        });
        known
    }

    fn refused(&self, before: &[TokenTree], name: &str, rest: &[TokenTree]) -> Option<String> {
        // `value.life`, and not `..life::exits()`.
        let dots = before.iter().rev().take_while(|sign| is_sign(sign, '.'));
        if dots.count() == 1 {
            return None;
        }
        if name == "use" && has_dollar(rest) {
            return Some("a use of a macro's word".to_owned());
        }
        let is_renamed = matches!(rest, [TokenTree::Ident(word), ..] if word == "as");
        let is_open = name != "frame" && crate_of(name).is_some();
        if is_renamed && (is_open || ["common", "explore"].contains(&name)) {
            return Some(format!("{name} by another name"));
        }
        if !self.has_cfg
            && let Some(what) = is_cfg(name, rest)
        {
            return Some(what);
        }
        // `$a::b` in a macro may be any path.
        if before.last().is_some_and(|sign| is_sign(sign, '$')) && after_colons(rest).is_some() {
            return Some(format!("the path ${name}:: of a macro"));
        }
        let wrong = |path: &String| !is_free(path) && !self.paths.contains(&of_item(path));
        paths(name, rest).into_iter().find(wrong)
    }
}

/// Whether a word of a macro stands here, up to the end of the statement.
fn has_dollar(rest: &[TokenTree]) -> bool {
    let mut tokens = rest.iter().take_while(|token| !is_sign(token, ';'));
    tokens.any(|token| match token {
        TokenTree::Group(group) => has_dollar(&group.stream().into_iter().collect::<Vec<_>>()),
        token => is_sign(token, '$'),
    })
}

/// The paths into the two crates that begin with this word.
fn paths(name: &str, rest: &[TokenTree]) -> Vec<String> {
    let Some(rest) = after_colons(rest) else {
        return Vec::new();
    };
    let full = |end: String| match crate_of(name) {
        Some(of) => format!("{of}::{name}::{end}"),
        None => format!("{name}::{end}"),
    };
    let is_meant = ["common", "explore"].contains(&name) || crate_of(name).is_some();
    match is_meant {
        true => ends(rest).into_iter().map(full).collect(),
        false => Vec::new(),
    }
}

/// A path as far as it names an item: without what belongs to that.
fn of_item(path: &str) -> String {
    let parts: Vec<&str> = path.split("::").collect();
    let is_in_module = parts.get(1).is_some_and(|part| crate_of(part).is_some());
    let length = if is_in_module { 3 } else { 2 };
    parts[..parts.len().min(length)].join("::")
}

fn is_free(path: &str) -> bool {
    let mut parts = path.split("::");
    match (parts.next(), parts.next(), parts.next()) {
        (Some("explore"), Some("primitives"), Some("LOOKS" | "*" | "$") | None) => false,
        (Some("explore"), Some("primitives"), _) => true,
        // A module itself speaks no word: what is taken of it is another path.
        (Some("common"), Some("frame"), item) => item != Some("*"),
        (Some("common"), Some(item), _) => OF_COMMON.contains(&item),
        _ => false,
    }
}

/// A condition of the build, if it is another one than that of tests.
fn is_cfg(name: &str, rest: &[TokenTree]) -> Option<String> {
    if !["cfg", "cfg_attr", "cfg_select"].contains(&name) {
        return None;
    }
    let rest = match rest {
        [sign, rest @ ..] if is_sign(sign, '!') => rest,
        rest => rest,
    };
    match rest {
        [TokenTree::Group(group), ..] if group.stream().to_string() == "test" => None,
        [TokenTree::Group(group), ..] => Some(format!("{name}({})", group.stream())),
        _ => None,
    }
}
