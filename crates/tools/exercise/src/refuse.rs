//! Finds what is not allowed in a body. This is for a clear message; safety comes from the sandbox.

use std::collections::BTreeSet;
use std::iter;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Item};

use crate::error::GraftError;
use crate::helpers::{is_for_one_of, is_of_own_trait, traits_of, types_of};
use crate::paths::{after_colons, ends, first_word, is_sign};
use crate::recorder::first_refused_word;
use crate::source::parse;

/// Words that no exercise needs and by which a body could reach its judge. The last three write
/// into the log, which is evidence.
const WORDS: [&str; 7] = [
    "unsafe",
    "extern",
    "link_section",
    "prctl",
    "Trace",
    "LastEvent",
    "TaskLane",
];

/// Macros and modules of these names, which no exercise needs either. A variable may have such a name.
const MACROS: [&str; 7] = [
    "asm",
    "global_asm",
    "include",
    "include_str",
    "include_bytes",
    "env",
    "option_env",
];

/// Paths that no exercise needs and by which a body could reach its judge.
const PATHS: [&str; 8] = [
    "process :: exit",
    "process :: abort",
    "process :: Command",
    "std :: fs",
    "std :: net",
    "std :: process",
    "std :: env",
    "libc",
];

/// Checks a body and the helpers taken with it. Everything that the reference itself uses is allowed.
///
/// # Errors
/// Returns [`GraftError::Refused`] with the line of the submission.
pub(crate) fn refuse(
    reference: &str,
    submission: &str,
    body: &str,
    helpers: &[String],
) -> Result<(), GraftError> {
    let ours: TokenStream = reference.parse().unwrap_or_default();
    for part in iter::once(body).chain(helpers.iter().map(String::as_str)) {
        refuse_words(&ours, submission, part)?;
        let Ok(block) = syn::parse_str::<Block>(&format!("{{{part}\n}}")) else {
            let line = line_of(submission, part, "");
            return refused("text that is no Rust by itself", line);
        };
        let mut looks = Looks::default();
        helpers.iter().for_each(|helper| looks.add_helper(helper));
        looks.visit_block(&block);
        if let Some((what, line)) = looks.refused {
            return refused(what, line_of(submission, part, "") + line - 1);
        }
    }
    let mut looks = Looks {
        only_attributes: true,
        ..Looks::default()
    };
    looks.visit_file(&parse(submission).map_err(GraftError::NoSource)?);
    match looks.refused {
        Some((what, line)) => refused(what, line),
        None => Ok(()),
    }
}

fn refused(what: &str, line: usize) -> Result<(), GraftError> {
    let what = what.to_owned();
    Err(GraftError::Refused { what, line })
}

fn refuse_words(ours: &TokenStream, submission: &str, part: &str) -> Result<(), GraftError> {
    let in_a_row = |text: TokenStream| -> String {
        let all = words(text).join(" ");
        format!(" {} ", all.replace(": :", "::"))
    };
    let Ok(tokens) = part.parse::<TokenStream>() else {
        let line = line_of(submission, part, "");
        return refused("text that is no Rust by itself", line);
    };
    if let Some((what, line)) = first_refused_word(ours, tokens.clone()) {
        let line = match submission.contains(part) {
            true => line_of(submission, part, "") + line - 1,
            false => line_of(submission, part, &what),
        };
        return refused(&what, line);
    }
    let its_own_pid = only_the_pid(&tokens);
    let its_macro = names_macro(&tokens);
    let (ours, theirs) = (in_a_row(ours.clone()), in_a_row(tokens));
    let has = |text: &str, word: &str| text.contains(&format!(" {word} "));
    for word in WORDS.iter().chain(its_macro.as_ref()).chain(&PATHS) {
        if *word == "std :: process" && its_own_pid {
            continue;
        }
        if has(&theirs, word) && !has(&ours, word) {
            let what = word.replace(' ', "");
            return refused(&what, line_of(submission, part, &what));
        }
    }
    Ok(())
}

/// The first of these macros that a text calls, imports or names in a path. If the text defines
/// macros of its own, the first that it names at all.
fn names_macro(tokens: &TokenStream) -> Option<&'static str> {
    let makes_macros = has_word(tokens, &["macro_rules"]).is_some();
    let is_one = |before: &[TokenTree], name: &str, rest: &[TokenTree]| {
        if name == "use" {
            let import = rest.iter().take_while(|token| !is_sign(token, ';'));
            return has_word(&import.cloned().collect(), &MACROS);
        }
        let is_called = matches!(rest, [sign, TokenTree::Group(_), ..] if is_sign(sign, '!'));
        let is_of_path = before.last().is_some_and(|sign| is_sign(sign, ':'))
            && before
                .iter()
                .nth_back(1)
                .is_some_and(|sign| is_sign(sign, ':'));
        let is_meant = is_called || is_of_path || after_colons(rest).is_some() || makes_macros;
        MACROS.into_iter().find(|one| is_meant && *one == name)
    };
    first_word(tokens.clone(), &is_one).map(|(name, _)| name)
}

/// The first of these words that a text contains.
fn has_word(tokens: &TokenStream, words: &[&'static str]) -> Option<&'static str> {
    let is_one = |_: &[_], name: &str, _: &[_]| words.iter().find(|one| **one == name).copied();
    first_word(tokens.clone(), &is_one).map(|(name, _)| name)
}

/// The types after an `as` that converts a variable.
const NUMBERS: [&str; 13] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f64",
];

/// Returns whether a text uses nothing of `std::process` but `id`.
fn only_the_pid(tokens: &TokenStream) -> bool {
    let is_more = |before: &[TokenTree], name: &str, rest: &[TokenTree]| {
        // After `as` follows a name in an import, and a type in a conversion of a variable.
        let is_renamed = matches!(rest, [TokenTree::Ident(word), TokenTree::Ident(to), ..]
            if word == "as" && !NUMBERS.contains(&&*to.to_string()));
        let is_field = before.last().is_some_and(|sign| is_sign(sign, '.'));
        let is_more = name == "process"
            && match after_colons(rest) {
                Some(rest) => ends(rest).iter().any(|end| end != "id"),
                // Either a variable, or the module under another name, by which its uses could not be found.
                None => is_renamed && !is_field,
            };
        is_more.then_some(())
    };
    first_word(tokens.clone(), &is_more).is_none()
}

/// All words and signs of a text, without literals and comments.
pub(crate) fn words(tokens: proc_macro2::TokenStream) -> Vec<String> {
    use proc_macro2::TokenTree;
    let word = |token| match token {
        TokenTree::Group(group) => words(group.stream()),
        TokenTree::Literal(_) => Vec::new(),
        token => vec![token.to_string()],
    };
    tokens.into_iter().flat_map(word).collect()
}

fn line_of(submission: &str, part: &str, what: &str) -> usize {
    let first = what.split("::").last().unwrap_or(what);
    let place = match submission.find(part) {
        Some(start) => part.find(first).map_or(start, |place| start + place),
        // An import is written in another form in the submission.
        None => submission.find(first).unwrap_or(0),
    };
    submission[..place].matches('\n').count() + 1
}

/// Finds what a list of words cannot: a module in another file, and an `impl` that changes code
/// elsewhere.
#[derive(Default)]
struct Looks {
    own_types: BTreeSet<String>,
    own_traits: BTreeSet<String>,
    only_attributes: bool,
    refused: Option<(&'static str, usize)>,
}

impl Looks {
    fn add_helper(&mut self, helper: &str) {
        if let Ok(file) = syn::parse_file(helper) {
            self.add_items(&file.items);
        }
    }

    fn add_items(&mut self, items: &[Item]) {
        self.own_types.extend(types_of(items));
        self.own_traits.extend(traits_of(items));
    }

    /// Visits a scope whose names mean nothing outside of it.
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = (self.own_types.clone(), self.own_traits.clone());
        visit(self);
        (self.own_types, self.own_traits) = outside;
    }

    fn refuse(&mut self, what: &'static str, span: proc_macro2::Span) {
        self.refused.get_or_insert((what, span.start().line));
    }
}

impl<'a> Visit<'a> for Looks {
    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if attribute.path().is_ident("path") {
            self.refuse("#[path]", attribute.span());
        }
    }

    fn visit_block(&mut self, block: &'a Block) {
        self.inside(|looks| {
            for statement in &block.stmts {
                if let syn::Stmt::Item(item) = statement {
                    looks.add_items(std::slice::from_ref(item));
                }
            }
            visit::visit_block(looks, block);
        });
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if item.content.is_none() && !self.only_attributes {
            self.refuse("a module in a file of its own", item.span());
        }
        self.inside(|looks| {
            (looks.own_types, looks.own_traits) = Default::default();
            if let Some((_, items)) = &item.content {
                looks.add_items(items);
            }
            visit::visit_item_mod(looks, item);
        });
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let is_own =
            is_for_one_of(item, &self.own_types) || is_of_own_trait(item, &self.own_traits);
        if !self.only_attributes && !is_own {
            self.refuse("an impl for a type that is not declared there", item.span());
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_macro(&mut self, item: &'a syn::Macro) {
        let is_impl = |_: &[_], name: &str, _: &[_]| (name == "impl").then_some(());
        if !self.only_attributes && first_word(item.tokens.clone(), &is_impl).is_some() {
            self.refuse("an impl in a macro", item.span());
        }
    }
}
