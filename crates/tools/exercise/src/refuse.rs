//! Finds what is not allowed in a body. This is for a clear message; safety comes from the sandbox.

use std::collections::BTreeSet;
use std::iter;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Item, ItemFn};

use crate::error::GraftError;
use crate::helpers::{is_for_one_of, is_of_own_trait, traits_of, types_of};
use crate::imports::imported_names;
use crate::paths::{after_colons, first_of, first_word, is_sign, words};
use crate::reach::first_refused_path;
use crate::recorder::first_refused_word;
use crate::source::parse;

/// Words that no exercise needs and by which a body could reach its judge, or find out where it is. The
/// last three write into the log, which is evidence.
const WORDS: [&str; 13] = [
    "unsafe",
    "extern",
    "link_section",
    "macro_export",
    "prctl",
    "as_pathname",
    "from_pathname",
    "UnixListener",
    "UnixDatagram",
    "type_name_of_val",
    "Trace",
    "LastEvent",
    "TaskLane",
];

/// Words that the body of a library may not use either: it runs in the process of its check, and could try one
/// answer in each child that it forks, to return the one with which a child went on.
const FORKS: [&str; 3] = ["fork", "Process", "Zygote"];

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

/// The attributes that a body may have. Others change what is visible elsewhere, or generate code.
const ATTRIBUTES: [&str; 19] = [
    "allow",
    "cfg",
    "cfg_attr",
    "cold",
    "default",
    "deny",
    "deprecated",
    "derive",
    "diagnostic",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "non_exhaustive",
    "repr",
    "rustfmt",
    "track_caller",
    "warn",
];

/// Words that may not be inside a macro, where it cannot be seen what their names refer to.
const IN_MACROS: [(&str, &str); 4] = [
    ("impl", "an impl in a macro"),
    ("mod", "a module in a macro"),
    ("type", "a type's name in a macro"),
    ("use", "an import in a macro"),
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
        // As a function: a body may begin with inner attributes.
        let Ok(function) = syn::parse_str::<ItemFn>(&format!("fn f() {{{part}\n}}")) else {
            let line = line_of(submission, part, "");
            return refused("text that is no Rust by itself", line);
        };
        let mut looks = Looks::default();
        helpers.iter().for_each(|helper| looks.add_helper(helper));
        looks.visit_item_fn(&function);
        if let Some((what, line)) = looks.refused {
            return refused(&what, line_of(submission, part, "") + line - 1);
        }
    }
    let mut looks = Looks {
        only_attributes: true,
        ..Looks::default()
    };
    looks.visit_file(&parse(submission).map_err(GraftError::NoSource)?);
    match looks.refused {
        Some((what, line)) => refused(&what, line),
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
    // As a part of a name it is the letter K to the compiler, and another one to these lists.
    if part.contains('\u{212a}') {
        return refused("the Kelvin sign", line_of(submission, part, "\u{212a}"));
    }
    let Ok(tokens) = part.parse::<TokenStream>() else {
        let line = line_of(submission, part, "");
        return refused("text that is no Rust by itself", line);
    };
    let refused_name = first_refused_word(ours, tokens.clone());
    if let Some((what, line)) = refused_name.or_else(|| first_refused_path(ours, &tokens)) {
        let line = match submission.contains(part) {
            true => line_of(submission, part, "") + line - 1,
            false => line_of(submission, part, &what),
        };
        return refused(&what, line);
    }
    let its_macro = names_macro(&tokens);
    let (ours, theirs) = (in_a_row(ours.clone()), in_a_row(tokens));
    let has = |text: &str, word: &str| text.contains(&format!(" {word} "));
    let forks = if has(&ours, "fn main") {
        &[][..]
    } else {
        &FORKS
    };
    for word in WORDS.iter().chain(its_macro.as_ref()).chain(forks) {
        if has(&theirs, word) && !has(&ours, word) {
            return refused(word, line_of(submission, part, word));
        }
    }
    Ok(())
}

/// The first of these macros that a text calls, imports or names in a path. If the text defines
/// macros of its own, the first that it names at all.
fn names_macro(tokens: &TokenStream) -> Option<&'static str> {
    let makes_macros = first_of(tokens.clone(), &["macro_rules"]).is_some();
    let is_one = |before: &[TokenTree], name: &str, rest: &[TokenTree]| {
        if name == "use" {
            let import = rest.iter().take_while(|token| !is_sign(token, ';'));
            return first_of(import.cloned().collect(), &MACROS).map(|(name, _)| name);
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

fn line_of(submission: &str, part: &str, what: &str) -> usize {
    let first = what.split("::").last().unwrap_or(what);
    let index = match submission.find(part) {
        Some(start) => part.find(first).map_or(start, |index| start + index),
        // An import is written in another form in the submission.
        None => submission.find(first).unwrap_or(0),
    };
    submission[..index].matches('\n').count() + 1
}

/// Finds what a list of words cannot: a module in another file, and an `impl` that changes code
/// elsewhere.
#[derive(Default)]
struct Looks {
    own_types: BTreeSet<String>,
    own_traits: BTreeSet<String>,
    only_attributes: bool,
    refused: Option<(String, usize)>,
}

impl Looks {
    fn add_helper(&mut self, helper: &str) {
        if let Ok(file) = syn::parse_file(helper) {
            self.add_items(&file.items);
        }
    }

    /// Adds the items of a scope. An import or alias there hides a type or trait of its name that is
    /// declared outside of the scope; a glob may hide any.
    fn add_items(&mut self, items: &[Item]) {
        for name in imported_names(items) {
            for own in [&mut self.own_types, &mut self.own_traits] {
                own.retain(|own| name != "*" && *own != name);
            }
        }
        self.own_types.extend(types_of(items));
        self.own_traits.extend(traits_of(items));
    }

    /// Visits a scope whose names mean nothing outside of it.
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = (self.own_types.clone(), self.own_traits.clone());
        visit(self);
        (self.own_types, self.own_traits) = outside;
    }

    fn refuse(&mut self, what: &str, span: proc_macro2::Span) {
        self.refused
            .get_or_insert((what.to_owned(), span.start().line));
    }
}

impl<'a> Visit<'a> for Looks {
    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if attribute.path().is_ident("path") {
            self.refuse("#[path]", attribute.span());
        }
        let first = attribute.path().segments.first();
        let is_free = first.is_some_and(|word| ATTRIBUTES.iter().any(|free| word.ident == free));
        if !self.only_attributes && !is_free {
            let name = words(attribute.path().to_token_stream()).concat();
            self.refuse(&format!("the attribute #[{name}]"), attribute.span());
        }
    }

    fn visit_block(&mut self, block: &'a Block) {
        self.inside(|looks| {
            let items = block.stmts.iter().filter_map(|statement| match statement {
                syn::Stmt::Item(item) => Some(item.clone()),
                _ => None,
            });
            looks.add_items(&items.collect::<Vec<_>>());
            visit::visit_block(looks, block);
        });
    }

    fn visit_item(&mut self, item: &'a Item) {
        // The parser knows no names in it.
        if !self.only_attributes && matches!(item, Item::Verbatim(_)) {
            self.refuse("an item of a rare form", item.span());
        }
        visit::visit_item(self, item);
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
        if self.only_attributes {
            return;
        }
        let in_macros = |_: &[_], name: &str, _: &[_]| {
            let mut all = IN_MACROS.iter();
            all.find_map(|(word, what)| (*word == name).then_some(*what))
        };
        if let Some((what, _)) = first_word(item.tokens.clone(), &in_macros) {
            self.refuse(what, item.span());
        }
        if let Some(name) = attribute_in(item.tokens.clone()) {
            let what = format!("the attribute #[{name}] in a macro");
            self.refuse(&what, item.span());
        }
    }
}

/// The first word of an attribute of a text that is not free, or that a macro makes from its words.
fn attribute_in(tokens: TokenStream) -> Option<String> {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    let of_group = |index: usize, group: &proc_macro2::Group| {
        let is_begun = matches!(&all[..index], [.., sign] | [.., sign, _] if is_sign(sign, '#'));
        let first = group.stream().into_iter().next();
        let first = first.map_or_else(String::new, |first| first.to_string());
        (is_begun && !ATTRIBUTES.contains(&&*first)).then_some(first)
    };
    all.iter()
        .enumerate()
        .find_map(|(index, token)| match token {
            TokenTree::Group(group) => {
                of_group(index, group).or_else(|| attribute_in(group.stream()))
            }
            _ => None,
        })
}
