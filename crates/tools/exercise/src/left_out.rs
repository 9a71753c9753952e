//! The parts of a submission that are not taken with its bodies.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, Visibility};

use crate::error::GraftError;
use crate::source::{Function, functions, parse, with_room};
use crate::without_tests::without_tests;

/// Names the parts of a submission that are not in `grafted`, which was made from it: what was
/// changed outside of the functions `paths`, and new items that are not private helpers.
///
/// # Errors
/// Returns [`GraftError::NoSource`] when the submission does not parse as Rust.
pub fn left_out(
    grafted: &str,
    submission: &str,
    paths: &[&str],
) -> Result<Vec<String>, GraftError> {
    with_room(|| names(grafted, submission, paths))
}

fn names(grafted: &str, submission: &str, paths: &[&str]) -> Result<Vec<String>, GraftError> {
    let submission = without_tests(submission).map_err(GraftError::NoSource)?;
    let submission = &*submission;
    let theirs = functions(submission).map_err(GraftError::NoSource)?;
    let all = in_a_row(grafted.parse().unwrap_or_default());
    // Compares tokens, so that a changed comment or line break does not count.
    let is_left_out = |function: &Function| {
        let whole = &submission[function.whole.clone()];
        let tokens = whole.parse().unwrap_or_default();
        !paths.contains(&&*function.path) && !all.contains(&in_a_row(tokens))
    };
    let items = parse(submission).map_err(GraftError::NoSource)?.items;
    let functions = theirs.iter().filter(|one| is_left_out(one));
    let mut left_out: Vec<String> = functions.map(|function| function.path.clone()).collect();
    for (name, tokens) in items.into_iter().flat_map(named) {
        let is_there = all.contains(&in_a_row(tokens));
        if !is_there && !left_out.contains(&name) {
            left_out.push(name);
        }
    }
    Ok(left_out)
}

/// All tokens of a text in one line, separated by blanks. (`to_string` keeps some of the original spacing.)
fn in_a_row(tokens: TokenStream) -> String {
    let text = |token| match token {
        TokenTree::Group(group) => {
            let [open, close] = match group.delimiter() {
                Delimiter::Parenthesis => ["( ", ") "],
                Delimiter::Brace => ["{ ", "} "],
                Delimiter::Bracket => ["[ ", "] "],
                Delimiter::None => ["", ""],
            };
            format!("{open}{}{close}", in_a_row(group.stream()))
        }
        token => format!("{token} "),
    };
    tokens.into_iter().map(text).collect()
}

/// The parts of an item that are not functions, each with a name to show to the student.
fn named(item: Item) -> Vec<(String, TokenStream)> {
    let name = match &item {
        Item::Const(item) => format!("const {}", item.ident),
        Item::Static(item) => format!("static {}", item.ident),
        Item::Struct(item) => format!("struct {}", item.ident),
        Item::Enum(item) => format!("enum {}", item.ident),
        Item::Union(item) => format!("union {}", item.ident),
        Item::Type(item) => format!("type {}", item.ident),
        Item::Trait(item) => format!("trait {}", item.ident),
        Item::Mod(item) if item.content.is_none() => format!("mod {}", item.ident),
        Item::Macro(item) => match &item.ident {
            Some(name) => format!("macro {name}"),
            None => format!("{}!", item.mac.path.to_token_stream()),
        },
        Item::Use(item) if !matches!(item.vis, Visibility::Inherited) => {
            format!("pub use {}", item.tree.to_token_stream())
        }
        Item::Impl(item) => {
            let of = item.self_ty.to_token_stream();
            let name = |name: &syn::Ident| format!("{name} of {of}");
            let parts = item.items.iter().filter_map(|part| match part {
                ImplItem::Const(part) => Some((name(&part.ident), part.to_token_stream())),
                ImplItem::Type(part) => Some((name(&part.ident), part.to_token_stream())),
                _ => None,
            });
            return parts.collect();
        }
        // The items of a module are not compared; its functions are, by paths of their own.
        _ => return Vec::new(),
    };
    vec![(name, without_words(item).into_token_stream())]
}

/// The item without its documentation.
fn without_words(mut item: Item) -> Item {
    let attributes: Option<&mut Vec<Attribute>> = match &mut item {
        Item::Const(item) => Some(&mut item.attrs),
        Item::Static(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Union(item) => Some(&mut item.attrs),
        Item::Type(item) => Some(&mut item.attrs),
        Item::Trait(item) => Some(&mut item.attrs),
        Item::Macro(item) => Some(&mut item.attrs),
        _ => None,
    };
    if let Some(attributes) = attributes {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
    item
}
