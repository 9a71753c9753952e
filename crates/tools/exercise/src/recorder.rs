//! Finds names by which a body could influence its judge: those that write the log of a run, and those that
//! reveal whether a run is watched. The log is evidence, so a body may only print lines and move messages.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use crate::paths::{after_colons, each_word, ends, first_word, is_sign};
use crate::reach::NUMBERS;

/// The names of the crate `common` that a body may use.
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

/// Modules and their crates. An item in them is recognized by its name, wherever it is imported.
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

/// Returns the first word of `part` that could influence the judge and that its reference does not
/// use, and the word's line in the part.
pub(crate) fn first_refused_word(
    reference: &TokenStream,
    part: TokenStream,
) -> Option<(String, usize)> {
    let known = Known::of(reference);
    first_word(part, &|before, name, rest| {
        known.refused(before, name, rest)
    })
}

/// The words that the reference itself uses.
struct Known {
    /// Its paths into the two crates and their modules.
    paths: BTreeSet<String>,
    has_cfg: bool,
}

impl Known {
    fn of(reference: &TokenStream) -> Self {
        let mut known = Self {
            paths: BTreeSet::new(),
            has_cfg: false,
        };
        each_word(reference.clone(), &mut |name, rest| {
            let paths = paths(name, rest).into_iter();
            known.paths.extend(paths.map(|path| of_item(&path)));
            known.has_cfg |= is_cfg(name, rest).is_some();
        });
        known
    }

    fn refused(&self, before: &[TokenTree], name: &str, rest: &[TokenTree]) -> Option<String> {
        // A field such as `value.life` passes, but not the range `..life::exits()`.
        let dots = before.iter().rev().take_while(|sign| is_sign(sign, '.'));
        if dots.count() == 1 {
            return None;
        }
        if name == "use" && has_dollar(rest) {
            return Some("a use of a macro's word".to_owned());
        }
        // After `as` follows a name in an import, and a type in a conversion of a variable.
        let is_renamed = matches!(rest, [TokenTree::Ident(word), TokenTree::Ident(to), ..]
            if word == "as" && !NUMBERS.contains(&&*to.to_string()));
        let is_open = name != "frame" && crate_of(name).is_some();
        if is_renamed && (is_open || ["common", "explore"].contains(&name)) {
            return Some(format!("{name} by another name"));
        }
        if !self.has_cfg
            && let Some(what) = is_cfg(name, rest)
        {
            return Some(what);
        }
        // In a macro, `$a::b` may be any path.
        if before.last().is_some_and(|sign| is_sign(sign, '$')) && after_colons(rest).is_some() {
            return Some(format!("the path ${name}:: of a macro"));
        }
        let wrong = |path: &String| !is_free(path) && !self.paths.contains(&of_item(path));
        paths(name, rest).into_iter().find(wrong)
    }
}

/// Returns whether these tokens, up to the end of the statement, contain a `$` of a macro.
fn has_dollar(rest: &[TokenTree]) -> bool {
    let mut tokens = rest.iter().take_while(|token| !is_sign(token, ';'));
    tokens.any(|token| match token {
        TokenTree::Group(group) => has_dollar(&group.stream().into_iter().collect::<Vec<_>>()),
        token => is_sign(token, '$'),
    })
}

/// The paths that begin with this word and lead into the two crates.
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

/// The part of a path that names an item, without what follows the item.
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
        // The module `frame` itself is harmless: what is used of it appears as another path.
        (Some("common"), Some("frame"), item) => item != Some("*"),
        (Some("common"), Some(item), _) => OF_COMMON.contains(&item),
        _ => false,
    }
}

/// The condition of a `cfg`. (Items for tests are blanked out before. A check that has the body as a module
/// of its own is built as a test, so even `test` would reveal where the body is.)
fn is_cfg(name: &str, rest: &[TokenTree]) -> Option<String> {
    if !["cfg", "cfg_attr", "cfg_select"].contains(&name) {
        return None;
    }
    let rest = match rest {
        [sign, rest @ ..] if is_sign(sign, '!') => rest,
        rest => rest,
    };
    match rest {
        [TokenTree::Group(group), ..] => Some(format!("{name}({})", group.stream())),
        _ => None,
    }
}
